/** What the media worker offers. Types only: nothing of a stage enters the page through here. */
import type { Source } from '../media/source';
import type { Checkpoint } from './checkpoint';

export interface AudioOptions {
  /** Go on from here: the beginning, or a stored checkpoint. */
  from: Checkpoint;
  /** Off: windows of `maxSeconds` one after the other, silence included. */
  voiceActivity: boolean;
}

export interface AudioDescription {
  /** From the container or, where that says nothing, by counting; null where only reading to the end would tell. */
  durationSeconds: number | null;
  /** Container and codec in words, `mp4, aac`. */
  format: string;
  sampleRate: number;
  channels: number;
}

/** One recording being read. Chunks leave through the port given at `openAudio`, not through here. */
export interface AudioHandle {
  describe(): AudioDescription;
  close(): Promise<void>;
}

export interface MediaWorker {
  /**
   * Reads headers, finds the audio track and serves chunks on `port` (see `protocol/chunk-port.ts`).
   * Throws `media/...` where there is nothing to hear.
   */
  openAudio(
    source: Source,
    options: AudioOptions,
    port: MessagePort,
    signal: AbortSignal,
  ): Promise<AudioHandle>;
}
