/** What the recorder worker offers, and what reaches it from the audio thread. Types only. */
import type { LonghandError } from '../lib/errors';

/** From the audio thread: `[frames]` of each channel, about -1 to 1. The buffers are the receiver's. */
export interface SoundBlock {
  planes: Float32Array<ArrayBuffer>[];
}

export interface RecordingShape {
  /** Names the file, and the lock that its writer holds. */
  id: string;
  sampleRate: number;
  /** 1 or 2: one for each source of sound, each mono. */
  channels: number;
}

export interface RecordingState {
  /** Sound that lies in the file. */
  seconds: number;
  sizeBytes: number;
  /** Highest magnitude since the last answer, 0 to 1, one per channel. */
  peaks: number[];
  /** No more follows: stopped, or ended by `failure`. */
  ended: boolean;
  failure: { code: LonghandError['code']; values: LonghandError['values'] } | null;
}

/** One recording being written. */
export interface RecorderHandle {
  /** At the next tenth of a second of sound, at a change, and at the end. One call at a time. */
  next(): Promise<RecordingState>;
  /** What comes until `resume` is not recorded; a short silence marks the place. */
  pause(): void;
  resume(): void;
  /** Serves the file as it grows, see `protocol/growing-file-port.ts`. Any number of readers. */
  openReader(port: MessagePort): void;
  /** Ends and closes the file, and resolves with what it holds. */
  close(): Promise<RecordingState>;
}

export interface EncodedRecording {
  /** Name of the file in the folder of recordings. */
  file: string;
  sizeBytes: number;
}

export interface RecorderWorker {
  /** Writes what comes over `sound`. Throws `record/storage-full`, `store/unavailable`. */
  openRecording(shape: RecordingShape, sound: MessagePort): Promise<RecorderHandle>;
  /** Makes an Opus file beside a recording that is no longer written. */
  encodeOpus(shape: RecordingShape, signal: AbortSignal): Promise<EncodedRecording>;
}
