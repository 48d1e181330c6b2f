/** A queue without workers or storage, for looking at the page and for its component tests: jobs are set by hand. */
import { DEFAULT_SETTINGS } from '../../src/jobs/job-settings';
import type { JobQueue, JobView } from '../../src/jobs/job-queue';
import type { Segment } from '../../src/speech/segment';

export interface FakeQueue extends JobQueue {
  /** Replaces the jobs and tells the page. */
  set(jobs: readonly JobView[]): void;
  readonly calls: string[];
}

export function createFakeQueue(initial: readonly JobView[]): FakeQueue {
  let jobs = initial;
  const listeners = new Set<() => void>();
  const calls: string[] = [];
  return {
    calls,
    get jobs() {
      return jobs;
    },
    set(next) {
      jobs = next;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    load: () => Promise.resolve(),
    open: () => Promise.resolve(),
    get order() {
      return jobs.flatMap((job) => (job.file ? [job.id] : [])).toReversed();
    },
    add(sources) {
      const added = sources.map((source) => {
        const name = source.kind === 'url' ? source.url : source.file.name;
        const file = source.kind === 'url' ? null : source.file;
        return fakeJob({ id: name, name, file, state: { kind: 'waiting' } });
      });
      this.set([...added.toReversed(), ...jobs]);
      return added.map((job) => job.id);
    },
    resume(id) {
      calls.push(`resume ${id}`);
      return Promise.resolve();
    },
    pause(id) {
      calls.push(`pause ${id}`);
    },
    useCaptions(id, use, track) {
      calls.push(`captions ${id} ${use} ${track}`);
      return Promise.resolve();
    },
    stop(id) {
      calls.push(`stop ${id}`);
    },
    replace(id, replacements) {
      calls.push(`replace ${id} ${replacements.length}`);
      this.set(
        jobs.map((job) => (job.id === id ? { ...job, settings: { ...job.settings, replacements } } : job)),
      );
      return Promise.resolve();
    },
    writePassage(id) {
      calls.push(`write passage ${id}`);
      return Promise.resolve([]);
    },
    acceptPassage(id) {
      calls.push(`accept passage ${id}`);
      return Promise.resolve();
    },
    move(id, places) {
      calls.push(`move ${id} ${places}`);
    },
    remove(id) {
      calls.push(`remove ${id}`);
      this.set(jobs.filter((job) => job.id !== id));
      return Promise.resolve();
    },
  };
}

export const fakeJob = (fields: Partial<JobView>): JobView => ({
  id: 'a',
  name: 'holm-02.wav',
  createdAt: Date.now(),
  source: { kind: 'chosen', name: 'holm-02.wav', sizeBytes: 0 },
  settings: DEFAULT_SETTINGS,
  model: 'models/embedded/',
  captionOffers: [],
  workedSeconds: 10,
  state: { kind: 'done' },
  durationSeconds: 100,
  doneSeconds: 100,
  speedFactor: null,
  secondsLeft: null,
  format: 'wav, pcm-s16',
  backend: 'wasm',
  language: 'en',
  lastText: fields.segments?.at(-1)?.text ?? null,
  segments: [],
  gaps: [],
  tracks: [],
  trackIndex: 0,
  channels: null,
  fetched: null,
  file: null,
  ...fields,
});

/** Sentences one after the other from `startSeconds` on, 14 characters a second. */
export function fakeSegments(sentences: readonly string[], startSeconds = 0): Segment[] {
  let at = startSeconds;
  return sentences.map((text, index) => {
    const start = at;
    at += text.length / 14;
    return {
      startSeconds: start,
      endSeconds: at,
      text,
      noSpeechProbability: 0.01,
      averageLogProbability: -0.2,
      chunkIndex: Math.floor(index / 4),
    };
  });
}
