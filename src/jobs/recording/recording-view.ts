/** A recording as the page sees it: one immutable snapshot, replaced on every change. */
import type { LonghandError } from '../../lib/errors';
import type { Gap } from '../../media/gap';
import type { Segment } from '../../speech/segment';
import type { RecordingChannel } from '../../transcript/job-record';

export type RecordingPhase =
  | { kind: 'idle' }
  /** The browser may be asking for permission. */
  | { kind: 'starting' }
  | { kind: 'recording' }
  | { kind: 'paused' }
  /** The sound is kept; the last words are being written. */
  | { kind: 'ending' }
  /** `failure` ended it; what came before is kept. */
  | { kind: 'ended'; failure: LonghandError | null }
  /** It never began. */
  | { kind: 'refused'; failure: LonghandError };

/** How the live text stands. */
export type LiveState =
  { kind: 'loading' } | { kind: 'writing' } | { kind: 'failed'; failure: LonghandError };

export interface RecordingView {
  phase: RecordingPhase;
  /** Of the job it becomes. */
  id: string | null;
  /** What lies on disk. */
  seconds: number;
  sizeBytes: number;
  /** Highest magnitude since the last snapshot, 0 to 1, one per channel. */
  peaks: readonly number[];
  channels: readonly RecordingChannel[];
  /** Seconds. */
  marks: readonly number[];
  live: LiveState;
  model: string;
  /** Settled: stored, and never changed. In order of time. */
  segments: readonly Segment[];
  gaps: readonly Gap[];
  /** What has been said since, as far as it is understood; one list per channel. */
  pending: readonly (readonly Segment[])[];
  /** Everything before this is settled, or silence. */
  settledSeconds: number;
}

export const IDLE: RecordingView = {
  phase: { kind: 'idle' },
  id: null,
  seconds: 0,
  sizeBytes: 0,
  peaks: [],
  channels: [],
  marks: [],
  live: { kind: 'loading' },
  model: '',
  segments: [],
  gaps: [],
  pending: [],
  settledSeconds: 0,
};

export const isOpen = ({ phase }: RecordingView): boolean =>
  phase.kind === 'recording' || phase.kind === 'paused';
