/** The stage after the text, with real workers and a real store: what it leaves, and what is left when it is killed. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createJobQueue, type JobQueue, type JobView } from '../../../src/jobs/job-queue';
import { DEFAULT_SETTINGS, type JobSettings } from '../../../src/jobs/job-settings';
import { createSpeakerCrew, type SpeakerCrew } from '../../../src/jobs/speakers/speaker-crew';
import { createWorkerPair, type WorkerPair } from '../../../src/jobs/worker-pair';
import { createGovernor } from '../../../src/memory/meter';
import { spawn } from '../../../src/spawn';
import { labelSegments } from '../../../src/transcript/speaker-labels';
import { openTranscriptStore } from '../../../src/transcript/store';
import { twoVoices } from './two-voices';

let workers: WorkerPair;
let crew: SpeakerCrew;
let mediaStarts: number;
let database: string;

beforeEach(() => {
  database = `longhand-test-${crypto.randomUUID()}`;
  mediaStarts = 0;
  workers = createWorkerPair(spawn);
  crew = createSpeakerCrew({
    speakers: spawn.speakers,
    media: () => {
      mediaStarts++;
      return spawn.media();
    },
  });
});
afterEach(() => {
  workers.restart();
  crew.end();
  indexedDB.deleteDatabase(database);
});

/** Text comes from captions, so that no model is needed for it. */
function openQueue(settings: Partial<JobSettings> = {}): JobQueue {
  return createJobQueue({
    workers,
    speakerCrew: crew,
    store: openTranscriptStore(database),
    governor: createGovernor({ deviceGibibytes: 8, limitMegabytes: null, jsHeapBytes: () => null }),
    settings: () => ({ ...DEFAULT_SETTINGS, captions: 'only', ...settings }),
  });
}

/** The job as soon as it is so. */
function when(queue: JobQueue, id: string, is: (job: JobView) => boolean): Promise<JobView> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const job = queue.jobs.find((each) => each.id === id);
      if (job?.state.kind === 'failed') reject(job.state.error);
      else if (job && is(job)) resolve(job);
      else return;
      leave();
    };
    const leave = queue.subscribe(look);
    look();
  });
}
const stageIs = (kind: JobView['speakers']['stage']['kind']) => (job: JobView) =>
  job.speakers.stage.kind === kind;
const speakersOf = ({ segments, speakers }: JobView) =>
  labelSegments(segments, speakers.labels).map(({ speaker }) => speaker);

test('two voices are told apart after the text, which stays as it was; divided anew without hearing', async () => {
  const { file, captions, secondSeconds } = await twoVoices();
  const queue = openQueue({ diarize: 'simple', speakers: 2 });
  const [id] = queue.add([{ kind: 'file', file, sidecars: [captions] }]);
  const job = await when(queue, id!, stageIs('heard'));
  expect(speakersOf(job)).toEqual(['Speaker 1', 'Speaker 2']);
  const second = job.speakers.labels!.turns.find(({ speaker }) => speaker === 1)!;
  expect(second.startSeconds).toBeGreaterThan(secondSeconds - 1.2);
  expect(second.startSeconds).toBeLessThan(secondSeconds + 1);

  // As after a reload: everything is in the journal, and the text in it names nobody.
  const again = openQueue();
  await again.load();
  await again.open(id!);
  const stored = again.jobs.find((each) => each.id === id)!;
  expect(stored.segments.map(({ text, speaker }) => [text, speaker])).toEqual([
    ['The first.', undefined],
    ['The second.', undefined],
  ]);
  expect(speakersOf(stored)).toEqual(['Speaker 1', 'Speaker 2']);

  const heard = mediaStarts;
  const now = () => again.jobs.find((each) => each.id === id)!;
  await again.speakers.edit(id!, { kind: 'rename', speaker: 1, name: 'Ruth' });
  expect(speakersOf(now())).toEqual(['Speaker 1', 'Ruth']);
  await again.speakers.divide(id!, { count: 1 });
  expect(now().speakers.labels!.speakers).toHaveLength(1);
  await again.speakers.split(id!, 0);
  expect(now().speakers.labels!.speakers).toHaveLength(2);
  while (now().speakers.undoable > 0) await again.speakers.undo(id!);
  expect(speakersOf(now())).toEqual(['Speaker 1', 'Speaker 2']);
  expect(mediaStarts).toBe(heard);

  await again.speakers.importRttm(id!, new File(['SPEAKER x 1 0 30 <NA> <NA> Marit <NA> <NA>\n'], 'x.rttm'));
  expect(speakersOf(now())).toEqual(['Marit', 'Marit']);
  await expect(again.speakers.importRttm(id!, new File(['nothing'], 'x.rttm'))).rejects.toMatchObject({
    code: 'speakers/no-turns',
  });
  expect(speakersOf(now())).toEqual(['Marit', 'Marit']);
});

test('killed at any point the text is whole, and the stage can be run again', async () => {
  const { file, captions } = await twoVoices();
  const queue = openQueue();
  const [id] = queue.add([{ kind: 'file', file, sidecars: [captions] }]);
  const written = await when(queue, id!, ({ state }) => state.kind === 'done');

  /** Listens, and ends the workers at those of its signs of life, counted from 0. */
  const hearAndKill = async (isFatal: (sign: number) => boolean): Promise<void> => {
    let signs = 0;
    const leave = queue.subscribe(() => {
      const { stage } = queue.jobs.find((each) => each.id === id)!.speakers;
      if (stage.kind === 'hearing' && isFatal(signs++)) crew.end();
    });
    await queue.hearSpeakers(id!, { method: 'simple', count: 2 });
    leave();
  };

  // Both attempts die: a failure, named; the text as it was.
  for (const first of [0, 1]) {
    await hearAndKill((sign) => sign >= first);
    const job = queue.jobs.find((each) => each.id === id)!;
    expect(job.speakers.stage).toMatchObject({ kind: 'failed', error: { code: 'worker/dead' } });
    expect(job.state.kind).toBe('done');
    expect(await openTranscriptStore(database).load(id!)).toEqual({
      segments: written.segments,
      gaps: [],
      speech: [],
    });
  }
  // The failure is known after a reload as well.
  const again = openQueue();
  await again.load();
  await again.open(id!);
  expect(again.jobs.find((each) => each.id === id)!.speakers.stage.kind).toBe('failed');

  // One death is survived.
  await hearAndKill((sign) => sign === 1);
  const heard = queue.jobs.find((each) => each.id === id)!;
  expect(heard.speakers.stage.kind).toBe('heard');
  expect(speakersOf(heard)).toEqual(['Speaker 1', 'Speaker 2']);

  // Stopped by hand: what was known stays.
  const hearing = queue.hearSpeakers(id!, { method: 'simple', count: 1 });
  await when(queue, id!, stageIs('hearing'));
  queue.speakers.stop(id!);
  await hearing;
  expect(speakersOf(queue.jobs.find((each) => each.id === id)!)).toEqual(['Speaker 1', 'Speaker 2']);
  expect(await openTranscriptStore(database).load(id!)).toEqual({
    segments: written.segments,
    gaps: [],
    speech: [],
  });
});
