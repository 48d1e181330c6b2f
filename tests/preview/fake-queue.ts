/** A queue without workers or storage, for looking at the page and for its component tests: jobs are set by hand. */
import { DEFAULT_SETTINGS } from '../../src/jobs/job-settings';
import type { JobQueue, JobView } from '../../src/jobs/job-queue';
import { NO_SPEAKERS } from '../../src/jobs/speakers/speaker-view';
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
    speakers: {
      open: () => Promise.resolve(),
      hear: () => Promise.resolve(),
      stop: (id) => void calls.push(`stop listening ${id}`),
      divide: (id, { count }) => Promise.resolve(void calls.push(`divide ${id} ${count}`)),
      edit: (id, edit) => Promise.resolve(void calls.push(`edit ${id} ${JSON.stringify(edit)}`)),
      split: (id, speaker) => Promise.resolve(void calls.push(`split ${id} ${speaker}`)),
      undo: (id) => Promise.resolve(void calls.push(`undo ${id}`)),
      importRttm: (id, file) => Promise.resolve(void calls.push(`import ${id} ${file.name}`)),
    },
    hearSpeakers(id, { method, count }) {
      calls.push(`hear ${id} ${method} ${count}`);
      return Promise.resolve();
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
  speech: [],
  tracks: [],
  trackIndex: 0,
  channels: null,
  fetched: null,
  speakers: NO_SPEAKERS,
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
