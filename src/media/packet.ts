/**
 * Encoded audio on its way from the file to the decoder: one track's packets, in decode order, pulled one by one.
 * Every container and every bare stream comes out like this; nothing after it knows containers.
 */
import type { TrackInfo } from './track-choice';

export interface Packet {
  data: Uint8Array;
  /** Seconds of the recording; negative for samples that only warm the decoder up. */
  startSeconds: number;
  /** 0 where the container does not say. */
  durationSeconds: number;
  /** Can be decoded without the packets before it. */
  key: boolean;
  /** Where the stream changes its shape: this packet and what follows need another decoder. */
  decoderConfig?: AudioDecoderConfig;
}

export interface PacketReader {
  /** Null at the end. Throws where nothing more can be read. */
  next(): Promise<Packet | null>;
  close(): void;
}

/** The track that was chosen, and how to read it. */
export interface AudioTrack {
  /** All tracks of the file, and which of them this is; absent where its format holds no more than one. */
  tracks?: readonly TrackInfo[];
  index?: number;
  /** Container and codec in words, `mp4, aac`. */
  format: string;
  /** Codec by its short name, `aac`, `pcm-s24`. */
  codec: string;
  /** For WebCodecs; PCM needs only rate and channels of it. */
  decoderConfig: AudioDecoderConfig;
  /** As the header says; null where only reading to the end would tell. */
  durationSeconds: number | null;
  /**
   * `exact` to the sample: what is decoded beyond it is padding. `stored`: clearly less audio means a cut file.
   * `guessed` from the bit rate.
   */
  durationIs: 'exact' | 'stored' | 'guessed';
  /** Samples at the start that only warm the decoder up, where the container does not give them negative times. */
  primingSamples: number;
  /** True where packets follow each other by nature, so that a hole in time means lost ones. */
  holesAreDamage: boolean;
  /** Packets from the last one that starts at or before `fromSeconds`, or from the first. */
  read(fromSeconds: number): PacketReader;
  close(): void;
}
