/** What is stored of a job besides its text: enough to show it, and to go on from its checkpoint. */
import type { ErrorCode, ErrorValues } from '../lib/error-codes';
import { BEGINNING, type Checkpoint } from '../protocol/checkpoint';
import type { UrlSource } from '../media/source';
import type { Backend } from '../protocol/speech';

export type JobOutcome =
  /** In a queue. After a crash: it was never begun, or cut off, as its checkpoint says. */
  | { kind: 'unfinished' }
  | { kind: 'paused' }
  | { kind: 'stopped' }
  | { kind: 'done' }
  | { kind: 'failed'; code: ErrorCode; values: ErrorValues[ErrorCode] };

/** Where the sound of one channel of a recording comes from. */
export interface RecordingChannel {
  kind: 'microphone' | 'display';
  /** As the browser calls it. */
  device: string;
  /** Who is heard, where two sources tell two people apart. */
  speaker: string | null;
}

/**
 * A recording made here: raw samples in the browser's own storage. Stored before the first sample, so that it is
 * enough to find and read the file after a crash; the length follows from the file's size, which is always right.
 */
export interface RecordingRecord {
  kind: 'recording';
  /** Names the file; that of the job, and of the lock that its writer holds. */
  id: string;
  name: string;
  sampleRate: number;
  channels: RecordingChannel[];
  /** Moments that were marked, in seconds of the recording. */
  marks: number[];
}

/** A source as it can be opened again after a restart; kinds that are plain data (an address) are stored as they are. */
export type SourceRecord =
  /** Read where it lies; the browser asks for permission again. */
  | { kind: 'handle'; handle: FileSystemFileHandle; name: string }
  /** Copied into the browser's own storage, because no handle was given. */
  | { kind: 'copy'; path: string; name: string }
  | RecordingRecord
  /** Neither handle nor copy: its owner must choose it again. */
  | { kind: 'chosen'; name: string; sizeBytes: number }
  /** Asked for again. */
  | UrlSource;

export interface JobRecord {
  id: string;
  name: string;
  /** Milliseconds since 1970. */
  createdAt: number;
  source: SourceRecord;
  /** `JobSettings` as they were when the job was added; what is missing takes its default. */
  settings: Readonly<Record<string, unknown>>;
  model: string;
  backend: Backend | null;
  format: string | null;
  language: string | null;
  durationSeconds: number | null;
  checkpoint: Checkpoint;
  /** Seconds of work so far. */
  workedSeconds: number;
  /** Its last words so far: what a list shows without loading the text. Null before the first. */
  lastText: string | null;
  /** Stored batches of text, numbered from 0. */
  batches: number;
  outcome: JobOutcome;
}

/** A record as it lies in the store, an older one included. */
export function parseRecord(stored: Partial<JobRecord> & Pick<JobRecord, 'id' | 'name'>): JobRecord {
  return {
    createdAt: 0,
    source: { kind: 'chosen', name: stored.name, sizeBytes: 0 },
    settings: {},
    model: '',
    backend: null,
    format: null,
    language: null,
    durationSeconds: null,
    // A number in the first records, without what going on needs.
    checkpoint: { ...BEGINNING, seconds: (stored as { checkpointSeconds?: number }).checkpointSeconds ?? 0 },
    workedSeconds: 0,
    lastText: null,
    batches: 0,
    outcome: { kind: 'stopped' },
    ...stored,
  };
}
