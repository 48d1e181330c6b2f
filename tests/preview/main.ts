/**
 * The page without workers, to look at every state: `npm run dev`, then /tests/preview/?state=working#/job/a,
 * and `&memory=WARNING` for the memory strip.
 * Not part of the build.
 */
import { LonghandError } from '../../src/lib/errors';
import { createGovernor } from '../../src/memory/meter';
import { spawn } from '../../src/spawn';
import { createEvaluation } from '../../src/ui/evaluate/run-evaluation';
import { mountApp } from '../../src/ui/mount';
import { loadMemoryLimit } from '../../src/ui/memory/limit-setting';
import { createFakeLibrary } from './fake-library';
import { createFakeQueue, fakeJob, fakeSegments } from './fake-queue';
import { createFakeRecorder } from './fake-recorder';

const SENTENCES = [
  'Like any Thursday.',
  'People think there is a ceremony.',
  'There was a man from the road authority with a clipboard and a thermos, and he asked me to sign for the ferry, as if I had been borrowing it.',
  'Thirty-one years, and I had to read the number off the hull for him.',
  'I signed.',
  'Then I took her across once more with nobody on board, which is not in either logbook, so I suppose it is in yours now.',
  'And when I came back over, the bridge was already lit, you could see the whole fjord.',
];

const query = new URLSearchParams(location.search);
const theme = query.get('theme');
if (theme) document.documentElement.dataset['theme'] = theme;

const text = [
  ...fakeSegments(SENTENCES),
  ...fakeSegments(SENTENCES, 52),
  ...fakeSegments(SENTENCES.slice(0, 4), 84),
];
const gaps = [{ startSeconds: 35, endSeconds: 51.4, reason: 'media/damaged' as const }];
const file = new File([], 'holm-02.wav');
const wav = await (await fetch('../fixtures/jfk.wav')).blob();
const sound = new File([wav], 'holm-02.wav');
const yesterday = Date.now() - 86_400_000;

const working = fakeJob({
  state: { kind: 'working' },
  file: sound,
  segments: text,
  gaps,
  doneSeconds: 102,
  durationSeconds: 214,
  speedFactor: 9.43,
  secondsLeft: 11.9,
});
const others = [
  fakeJob({
    id: 'b',
    name: 'holm-02-boathouse.m4a',
    state: {
      kind: 'failed',
      error: new LonghandError('media/damaged', { name: 'holm-02-boathouse.m4a', detail: 'no index found' }),
    },
    file,
    durationSeconds: null,
    doneSeconds: 0,
  }),
  fakeJob({
    id: 'c',
    name: 'sigrid-last-crossing.mp4',
    state: { kind: 'waiting' },
    file,
    doneSeconds: 0,
    durationSeconds: 2466,
  }),
];
const stored = [
  fakeJob({
    id: 'd',
    name: 'Harlow v. Brandt Masonry, deposition of D. Reyes, day 2.mp3',
    state: { kind: 'stopped' },
    createdAt: yesterday,
    doneSeconds: 15_015,
    durationSeconds: 24_130,
  }),
  fakeJob({
    id: 'e',
    name: 'Bus riders, focus group B.flac',
    createdAt: yesterday * 1 - 3e8,
    durationSeconds: 5253,
    segments: fakeSegments(['The timetable is a kind of fiction we all agreed to read.']),
  }),
  fakeJob({
    id: 'f',
    name: 'Lecture 9: Soil that remembers.ogg',
    createdAt: yesterday - 8e8,
    durationSeconds: 3128,
    segments: fakeSegments(['A field ploughed once in 1840 still drains like a ploughed field.']),
  }),
];
const many = fakeSegments(
  Array.from({ length: 10_000 }, (_, index) => SENTENCES[index % SENTENCES.length] as string),
);

const states = {
  empty: [],
  working: [...others.toReversed(), working, ...stored],
  alone: [working],
  opening: [fakeJob({ state: { kind: 'opening' }, file, doneSeconds: 0 }), ...stored],
  done: [{ ...working, state: { kind: 'done' as const }, doneSeconds: 214, secondsLeft: null }, ...stored],
  reloaded: [
    { ...working, file: null, state: { kind: 'done' as const }, doneSeconds: 214, secondsLeft: null },
    ...stored,
  ],
  stopped: [{ ...working, state: { kind: 'stopped' as const }, secondsLeft: null }, ...stored],
  failed: [
    fakeJob({
      state: {
        kind: 'failed',
        error: new LonghandError('media/no-audio-track', { name: 'drone-over-quay.mov', videoTracks: 1 }),
      },
      name: 'drone-over-quay.mov',
      file,
      doneSeconds: 0,
      durationSeconds: null,
    }),
    ...stored,
  ],
  silent: [fakeJob({ file: sound })],
  long: [fakeJob({ file: sound, segments: many, durationSeconds: many.at(-1)?.endSeconds ?? 0 })],
};
const queue = createFakeQueue(states[(query.get('state') ?? 'working') as keyof typeof states]);

const uses = { NORMAL: 0, WARNING: 440, CRITICAL: 570 };
const governor = createGovernor({
  deviceGibibytes: 8,
  limitMegabytes: loadMemoryLimit(),
  jsHeapBytes: () => 52_000_000,
});
for (let reading = 0; reading < 120; reading++) {
  const wave = 360 + 8 * Math.sin(reading) * Math.sin(reading / 7);
  const rise =
    uses[(query.get('memory') ?? 'NORMAL') as keyof typeof uses] * Math.max(0, (reading - 90) / 29);
  governor.observe({
    wasmHeapBytes: (wave + rise) * 1e6,
    mediaHeapBytes: 0,
    gpuBufferBytes: 0,
    liveTensorBytes: 0,
  });
}

const library = createFakeLibrary();
const recorder = createFakeRecorder();
Object.assign(globalThis, { queue, governor, library, recorder, fakeSegments });
mountApp(document.querySelector<HTMLElement>('#app')!, {
  queue,
  governor,
  library,
  recorder,
  evaluate: createEvaluation(spawn.evaluation),
  loadDenoiser: spawn.denoise,
});
