/** What the media worker offers. Types only: nothing of a stage enters the page through here. */
import type { FetchProgress } from '../media/bytes/remote';
import type { HeardPart } from '../media/heard-part';
import type { TrackInfo } from '../media/track-choice';
import type { TimeRange } from '../lib/time-ranges';
import type { FoundCaptions } from '../media/captions/cue';
import type { Source } from '../media/source';
import type { Checkpoint } from './checkpoint';
import type { SpeechThresholds } from './speech-thresholds';

/** Whether noise is taken out, and for whom: it helps voice activity, and usually costs the recognizer words. */
export type Denoise = 'off' | 'vad' | 'recognition';

export interface AudioOptions {
  /** Go on from here: the beginning, or a stored checkpoint. */
  from: Checkpoint;
  /** Off: windows of `maxSeconds` one after the other, silence included. */
  voiceActivity: boolean;
  /** When somebody counts as speaking; Silero's own where absent. */
  thresholds?: SpeechThresholds;
  denoise?: Denoise;
  /** All of it where absent. */
  heard?: HeardPart;
  /** Stretches that captions cover: no chunk reaches into them. In order of time, not overlapping. */
  except?: readonly TimeRange[];
}

export interface AudioDescription {
  /** From the container or, where that says nothing, by counting; null where only reading to the end would tell. */
  durationSeconds: number | null;
  /** All audio tracks of the file (empty where its format holds one only), and which of them is heard. */
  tracks: readonly TrackInfo[];
  trackIndex: number;
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

/** One channel of a recording under way. */
export interface LiveInput {
  sampleRate: number;
  channels: number;
  channel: number;
}

export interface MediaWorker {
  /** Captions inside the recording and in the files that came with it. Decodes nothing, takes seconds at most. */
  findCaptions(source: Source, signal: AbortSignal): Promise<FoundCaptions>;
  /**
   * Reads headers, finds the audio track and serves chunks on `port` (see `protocol/chunk-port.ts`).
   * `onFetch` hears of bytes that come over a network; make it a Comlink proxy.
   * Throws `media/...` where there is nothing to hear, `fetch/...` where a server is to blame.
   */
  openAudio(
    source: Source,
    options: AudioOptions,
    port: MessagePort,
    signal: AbortSignal,
    onFetch?: (progress: FetchProgress) => void,
  ): Promise<AudioHandle>;
  /**
   * As `openAudio`, of a recording under way, read over `file` (see `protocol/growing-file-port.ts`). The chunks are
   * short, and come with what is not settled yet.
   */
  openLive(
    file: MessagePort,
    input: LiveInput,
    from: Checkpoint,
    port: MessagePort,
    signal: AbortSignal,
  ): Promise<AudioHandle>;
}
