/** A job as the page sees it: one immutable snapshot, replaced on every change; and as it is stored. */
import { LonghandError } from '../lib/errors';
import type { Gap } from '../media/gap';
import type { Backend } from '../protocol/speech';
import type { Segment } from '../speech/segment';
import type { JobOutcome, JobRecord } from '../transcript/job-record';
import type { JobSettings } from './job-settings';

export type JobState =
  | { kind: 'waiting' }
  | { kind: 'opening' }
  | { kind: 'working' }
  | { kind: 'stopped' }
  | { kind: 'done' }
  | { kind: 'failed'; error: LonghandError };

export interface JobView {
  id: string;
  name: string;
  /** Milliseconds since 1970. */
  createdAt: number;
  /** As the user knows it. */
  model: string;
  state: JobState;
  durationSeconds: number | null;
  doneSeconds: number;
  speedFactor: number | null;
  secondsLeft: number | null;
  format: string | null;
  backend: Backend | null;
  language: string | null;
  /** The last segment's words, known before the text of a stored job is loaded. */
  lastText: string | null;
  /** In order of time. Empty for a stored job until `open` has loaded it. */
  segments: readonly Segment[];
  gaps: readonly Gap[];
  /** Null after a reload, where only the text is left. */
  file: File | null;
}

export const isRunning = (state: JobState): boolean => state.kind === 'opening' || state.kind === 'working';

export const newJob = (file: File, settings: JobSettings): JobView => ({
  id: crypto.randomUUID(),
  name: file.name,
  createdAt: Date.now(),
  model: settings.model,
  state: { kind: 'waiting' },
  durationSeconds: null,
  doneSeconds: 0,
  speedFactor: null,
  secondsLeft: null,
  format: null,
  backend: null,
  language: null,
  lastText: null,
  segments: [],
  gaps: [],
  file,
});

export const recordOf = (job: JobView, file: File): JobRecord => ({
  id: job.id,
  name: job.name,
  sizeBytes: file.size,
  createdAt: job.createdAt,
  model: job.model,
  backend: null,
  format: null,
  language: null,
  durationSeconds: null,
  checkpointSeconds: 0,
  lastText: null,
  batches: 0,
  outcome: { kind: 'unfinished' },
});

export const viewOf = (record: JobRecord): JobView => ({
  id: record.id,
  name: record.name,
  createdAt: record.createdAt,
  model: record.model,
  state: stateOf(record.outcome),
  durationSeconds: record.durationSeconds,
  doneSeconds: record.checkpointSeconds,
  speedFactor: null,
  secondsLeft: null,
  format: record.format,
  backend: record.backend,
  language: record.language,
  lastText: record.lastText,
  segments: [],
  gaps: [],
  file: null,
});

/** A job that was never ended was cut off by the page itself. */
function stateOf(outcome: JobOutcome): JobState {
  if (outcome.kind === 'failed')
    return { kind: 'failed', error: new LonghandError(outcome.code, outcome.values) };
  return { kind: outcome.kind === 'unfinished' ? 'stopped' : outcome.kind };
}
