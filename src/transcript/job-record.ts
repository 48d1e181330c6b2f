/** What is stored of a job besides its text: enough to show it, and to go on from its checkpoint. */
import type { ErrorCode, ErrorValues } from '../lib/error-codes';
import type { Backend } from '../protocol/speech';

export type JobOutcome =
  | { kind: 'unfinished' }
  | { kind: 'stopped' }
  | { kind: 'done' }
  | { kind: 'failed'; code: ErrorCode; values: ErrorValues[ErrorCode] };

export interface JobRecord {
  id: string;
  name: string;
  sizeBytes: number;
  /** Milliseconds since 1970. */
  createdAt: number;
  model: string;
  backend: Backend | null;
  format: string | null;
  language: string | null;
  durationSeconds: number | null;
  /** Everything before this is stored. */
  checkpointSeconds: number;
  /** Its last words so far: what a list shows without loading the text. Null before the first. */
  lastText: string | null;
  /** Stored batches of text, numbered from 0. */
  batches: number;
  outcome: JobOutcome;
}
