/**
 * Jobs one after the other. In: files. Out: snapshots that the page draws, and stored text.
 * A file that fails is reported in its own job and the next one starts.
 */
import { LonghandError, toLonghandError } from '../lib/errors';
import type { Gap } from '../media/gap';
import type { Governor } from '../memory/meter';
import type { BatchResult } from '../protocol/speech';
import type { JobOutcome } from '../transcript/job-record';
import type { TranscriptStore } from '../transcript/store';
import { isRunning, newJob, recordOf, viewOf, type JobState, type JobView } from './job';
import type { JobSettings } from './job-settings';
import { paceOf } from './pace';
import { runJob } from './run-job';
import type { WorkerPair } from './worker-pair';

export type { JobState, JobView } from './job';

export interface JobQueue {
  /** Newest first; stored ones included once `load` has resolved. */
  readonly jobs: readonly JobView[];
  /** Calls `listener` after every change, until the returned function is called. */
  subscribe(listener: () => void): () => void;
  /** Lists what is stored. */
  load(): Promise<void>;
  /** Loads the text of a stored job into its snapshot. */
  open(id: string): Promise<void>;
  /** Work starts at once, one after the other. Returns the new jobs' ids. */
  add(files: readonly File[]): string[];
  /** Ends a job and keeps what is written. */
  stop(id: string): void;
  remove(id: string): Promise<void>;
}

export interface QueueOptions {
  workers: WorkerPair;
  store: TranscriptStore;
  governor: Governor;
  /** What jobs that are added now are run with; a job keeps what it was added with. */
  settings(): JobSettings;
}

export function createJobQueue({ workers, store, governor, settings }: QueueOptions): JobQueue {
  const listeners = new Set<() => void>();
  const controllers = new Map<string, AbortController>();
  const unloaded = new Set<string>();
  const chosen = new Map<string, JobSettings>();
  let jobs: readonly JobView[] = [];
  let running = false;

  const publish = (next: readonly JobView[]) => {
    jobs = next;
    for (const listener of listeners) listener();
  };
  const find = (id: string) => jobs.find((job) => job.id === id);
  const change = (id: string, fields: Partial<JobView>) =>
    publish(jobs.map((job) => (job.id === id ? { ...job, ...fields } : job)));
  const stopReason = (id: string) =>
    new LonghandError('job/aborted', { atSeconds: find(id)?.doneSeconds ?? 0 });

  async function runWaiting(): Promise<void> {
    if (running) return;
    running = true;
    for (;;) {
      // Oldest first: the list is kept newest first.
      const next = jobs.findLast((job) => job.state.kind === 'waiting');
      if (!next) break;
      await run(next);
    }
    running = false;
  }

  async function run(job: JobView): Promise<void> {
    const { id, file } = job;
    const controller = new AbortController();
    controllers.set(id, controller);
    change(id, { state: { kind: 'opening' } });
    try {
      if (!file) throw new LonghandError('media/not-found', { name: job.name });
      await store.create(recordOf(job, file));
      await runJob(
        { source: { kind: 'file', file }, settings: chosen.get(id) ?? settings(), checkpointSeconds: 0 },
        { workers, governor, events: eventsOf(id), signal: controller.signal },
      );
      await end(id, { kind: 'done' }, { kind: 'done' });
    } catch (thrown) {
      await endEarly(id, controller.signal.aborted ? (controller.signal.reason as unknown) : thrown);
    } finally {
      controllers.delete(id);
    }
  }

  function eventsOf(id: string) {
    let startedAt: number | null = null;
    return {
      onAudio: (audio: { durationSeconds: number | null; format: string }) =>
        change(id, { durationSeconds: audio.durationSeconds, format: audio.format }),
      onRecognizer: (recognizer: { backend: JobView['backend'] }) => {
        startedAt ??= performance.now();
        change(id, { state: { kind: 'working' }, backend: recognizer.backend });
      },
      onResult: async (result: BatchResult) => {
        const job = find(id);
        if (!job) return;
        const doneSeconds = result.checkpointSeconds;
        // A header that promised less than there is must not leave the bar beyond its end.
        const durationSeconds = lengthKnown(job.durationSeconds, doneSeconds, result.ended);
        const text = { segments: result.segments, gaps: result.gaps };
        const lastText = result.segments.at(-1)?.text ?? job.lastText;
        await store.append(id, text, {
          checkpointSeconds: doneSeconds,
          durationSeconds,
          language: result.language,
          lastText,
        });
        const work = {
          startedAt: startedAt ?? 0,
          now: performance.now(),
          fromSeconds: 0,
          doneSeconds,
          durationSeconds,
        };
        change(id, {
          ...paceOf(work),
          doneSeconds,
          durationSeconds,
          language: result.language,
          lastText,
          segments: job.segments.concat(result.segments),
          gaps: job.gaps.concat(result.gaps),
        });
      },
      onRestart: () => change(id, { state: { kind: 'opening' } }),
      onClosed: () => undefined,
    };
  }

  /** What is written stays; what a failure kept from being written is a gap. */
  async function endEarly(id: string, thrown: unknown): Promise<void> {
    const error = toLonghandError(thrown);
    const job = find(id);
    if (!job) return;
    if (error.code === 'job/aborted') return end(id, { kind: 'stopped' }, { kind: 'stopped' });
    const missing = gapAfter(job, error);
    if (missing.length > 0) {
      change(id, { gaps: job.gaps.concat(missing) });
      await store.append(id, { segments: [], gaps: missing }, {}).catch(() => undefined);
    }
    await end(id, { kind: 'failed', error }, { kind: 'failed', code: error.code, values: error.values });
  }

  async function end(id: string, state: JobState, outcome: JobOutcome): Promise<void> {
    try {
      await store.change(id, { outcome });
      change(id, { state, secondsLeft: null });
    } catch (error) {
      change(id, { state: { kind: 'failed', error: toLonghandError(error) }, secondsLeft: null });
    }
  }

  return {
    get jobs() {
      return jobs;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async load() {
      const records = await store.list();
      const known = new Set(jobs.map((job) => job.id));
      const stored = records.filter((record) => !known.has(record.id));
      for (const record of stored) unloaded.add(record.id);
      publish([...jobs, ...stored.map(viewOf)]);
    },
    async open(id) {
      if (!unloaded.delete(id)) return;
      const text = await store.load(id);
      change(id, text);
    },
    add(files) {
      const now = settings();
      const added = files.map((file) => newJob(file, now));
      for (const { id } of added) chosen.set(id, now);
      publish([...added.toReversed(), ...jobs]);
      void runWaiting();
      return added.map((job) => job.id);
    },
    stop(id) {
      const job = find(id);
      if (!job) return;
      if (isRunning(job.state)) controllers.get(id)?.abort(stopReason(id));
      else if (job.state.kind === 'waiting') change(id, { state: { kind: 'stopped' } });
    },
    async remove(id) {
      controllers.get(id)?.abort(stopReason(id));
      chosen.delete(id);
      publish(jobs.filter((job) => job.id !== id));
      await store.remove(id);
    },
  };
}

function lengthKnown(promised: number | null, doneSeconds: number, ended: boolean): number | null {
  if (ended) return doneSeconds;
  return promised === null ? null : Math.max(promised, doneSeconds);
}

function gapAfter(job: JobView, error: LonghandError): Gap[] {
  const endSeconds = job.durationSeconds ?? job.doneSeconds;
  if (job.doneSeconds === 0 || endSeconds <= job.doneSeconds) return [];
  return [{ startSeconds: job.doneSeconds, endSeconds, reason: error.code, detail: error.message }];
}
