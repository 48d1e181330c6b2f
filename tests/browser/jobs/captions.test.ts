/** Captions first: a recording that brings its text is written without the recognizer. Real workers and storage. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockedJobs } from '../../../src/jobs/job-lock';
import { createJobQueue, type JobQueue, type JobView } from '../../../src/jobs/job-queue';
import { DEFAULT_SETTINGS, type JobSettings } from '../../../src/jobs/job-settings';
import { createWorkerPair, type WorkerPair } from '../../../src/jobs/worker-pair';
import { createGovernor } from '../../../src/memory/meter';
import { createSpeakerCrew } from '../../../src/jobs/speakers/speaker-crew';
import { spawn } from '../../../src/spawn';
import { openTranscriptStore } from '../../../src/transcript/store';
import { jfk, mediaFixture } from '../fixture-files';

let workers: WorkerPair;
let speechStarts: number;
let database: string;

beforeEach(() => {
  speechStarts = 0;
  database = `test-captions-${crypto.randomUUID()}`;
  workers = createWorkerPair({
    media: spawn.media,
    speech: () => {
      speechStarts += 1;
      return spawn.speech();
    },
  });
});
afterEach(() => {
  workers.restart();
  indexedDB.deleteDatabase(database);
});

function openQueue(settings: Partial<JobSettings> = {}): JobQueue {
  return createJobQueue({
    workers,
    speakerCrew: createSpeakerCrew(spawn),
    store: openTranscriptStore(database),
    governor: createGovernor({ deviceGibibytes: 8, limitMegabytes: null, jsHeapBytes: () => null }),
    settings: () => ({ ...DEFAULT_SETTINGS, model: 'no/such/model/', backend: 'wasm', ...settings }),
  });
}

/** The job once it is in that state, or has failed. */
function whenIs(queue: JobQueue, id: string, kind: JobView['state']['kind']): Promise<JobView> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const job = queue.jobs.find((each) => each.id === id);
      if (job?.state.kind === kind) resolve(job);
      else if (job?.state.kind === 'failed') reject(job.state.error);
      else return;
      leave();
    };
    const leave = queue.subscribe(look);
    look();
  });
}

const texts = ({ segments }: JobView) => segments.map(({ text }) => text);
const ENGLISH = [
  'And so, my fellow Americans,',
  'ask not',
  'what your country\ncan do for you,',
  'ask what you can do for your country.',
];

test.each(['captions.mp4', 'captions-fragmented.mp4', 'captions.mkv', 'captions-live.mkv', 'captions.webm'])(
  '%s is written without a model, and without the speech worker',
  async (name) => {
    const queue = openQueue();
    const [id] = queue.add([{ kind: 'file', file: await mediaFixture(name) }]);
    const job = await whenIs(queue, id!, 'done');
    expect(texts(job)).toEqual(ENGLISH);
    expect(job.segments[0]!.origin?.kind).toBe('captions');
    expect(job.language).toBe('en');
    expect(job.durationSeconds).toBeGreaterThan(10.5);
    expect(job.captionOffers.map(({ language, cues }) => [language, cues])).toEqual([
      ['en', 4],
      ['de', 2],
    ]);
    expect(speechStarts).toBe(0);
  },
);

test('files beside a recording are asked about, chosen, and still known after a reload', async () => {
  const sidecars = [await mediaFixture('captions.en.srt'), await mediaFixture('captions.de.srt')];
  const first = openQueue({ captions: 'ask' });
  const [id, other] = first.add([{ kind: 'file', file: await jfk(), sidecars }]);
  expect(other).toBeUndefined();
  const asking = await whenIs(first, id!, 'asking');
  expect(asking.segments).toEqual([]);
  expect(asking.captionOffers.map(({ title }) => title)).toEqual(['captions.en.srt', 'captions.de.srt']);

  await first.useCaptions(id!, 'only', 1);
  expect(texts(await whenIs(first, id!, 'done'))[0]).toBe('Und so, meine amerikanischen Mitbürger,');

  const second = openQueue();
  await second.load();
  await second.open(id!);
  const stored = second.jobs.find((job) => job.id === id)!;
  expect(stored.segments[0]!.origin).toEqual({ kind: 'captions', track: 'captions.de.srt' });
  expect(stored.captionOffers).toEqual(asking.captionOffers);
  expect(speechStarts).toBe(0);
});

test('a question does not hold up the queue, and can be left by stopping', async () => {
  const queue = openQueue();
  const asks = { captions: 'ask' } as const;
  const [asking] = queue.add([{ kind: 'file', file: await mediaFixture('captions.mp4') }], asks);
  const [next] = queue.add([{ kind: 'file', file: await mediaFixture('captions.webm') }]);
  await whenIs(queue, next!, 'done');
  expect((await whenIs(queue, asking!, 'asking')).segments).toEqual([]);
  queue.stop(asking!);
  await whenIs(queue, asking!, 'stopped');
});

test('only captions, and there are none: a failure with a name', async () => {
  const queue = openQueue({ captions: 'only' });
  const [id] = queue.add([{ kind: 'file', file: await jfk() }]);
  await expect(whenIs(queue, id!, 'done')).rejects.toMatchObject({ code: 'captions/none' });
  expect(speechStarts).toBe(0);
});

test('a caption file without its recording says so', async () => {
  const queue = openQueue();
  const [id] = queue.add([{ kind: 'file', file: await mediaFixture('captions.en.srt') }]);
  await expect(whenIs(queue, id!, 'done')).rejects.toMatchObject({ code: 'captions/alone' });
});

test('captions of another language than the one asked for leave the sound to be written', async () => {
  const queue = openQueue({ language: 'fr' });
  const [id] = queue.add([{ kind: 'file', file: await mediaFixture('captions.mp4') }]);
  await expect(whenIs(queue, id!, 'done')).rejects.toMatchObject({ code: 'speech/model-missing' });
  expect(speechStarts).toBe(1);
});

test('what captions leave out is written from the sound, and nothing of it twice', async () => {
  const half = new File(['1\n00:00:00,000 --> 00:00:07,700\nAsk not.\n'], 'jfk.srt');
  const queue = openQueue({ model: '/models/embedded/', captions: 'fill', language: 'en' });
  const [id] = queue.add([{ kind: 'file', file: await jfk(), sidecars: [half] }]);
  const filled = await whenIs(queue, id!, 'done');
  expect(filled.segments[0]).toMatchObject({ text: 'Ask not.', origin: { track: 'jfk.srt' } });
  const heard = filled.segments.slice(1);
  expect(heard.length).toBeGreaterThan(0);
  for (const segment of heard) {
    expect(segment.origin).toBeUndefined();
    expect(segment.startSeconds).toBeGreaterThanOrEqual(7.7);
  }
  expect(filled.doneSeconds).toBeCloseTo(11, 1);

  // And the other way round: a choice made afterwards, once the job is let go of.
  await expect.poll(async () => (await lockedJobs()).has(id!)).toBe(false);
  await queue.useCaptions(id!, 'only');
  expect(texts(await whenIs(queue, id!, 'done'))).toEqual(['Ask not.']);
});
