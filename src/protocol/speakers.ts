/** What the speakers worker offers. Types only. */
import type { ListenerModels } from '../speakers/listener';
import type { SpeakerChoice, SpeakerTurn, Voices } from '../speakers/voices';
import type { TimeRange } from '../lib/time-ranges';

/** How far a recording was heard, and what that holds. */
export interface HeardSoFar {
  /** Everything before this was heard. */
  seconds: number;
  ended: boolean;
  liveTensors: number;
  liveTensorBytes: number;
  wasmHeapBytes: number;
  /** The heap of the worker that reads the recording. */
  mediaHeapBytes: number;
}

export interface ListenerHandle {
  /** Hears about a minute more. One call at a time. */
  next(): Promise<HeardSoFar>;
  /** Of all that was heard. */
  voices(): Promise<Voices>;
  /** Live tensors after everything is released; weights are not counted. */
  close(): Promise<{ liveTensors: number }>;
}

export interface SpeakersWorker {
  /** Chunks come over `audioPort` (see `protocol/chunk-port.ts`). Throws `models/...`, `speech/model-invalid`. */
  openListener(models: ListenerModels, audioPort: MessagePort, signal: AbortSignal): Promise<ListenerHandle>;
  /** Turns of the whole recording, in order of time; nothing is heard again. */
  label(voices: Voices, choice: SpeakerChoice): SpeakerTurn[];
  /** The same of a part, as two speakers: 0 and 1. */
  split(voices: Voices, part: TimeRange[]): SpeakerTurn[];
}
