/** Decoded audio before resampling: mono float32 at the recording's own rate, contiguous within a block. */
export interface PcmBlock {
  /** Seconds of the recording at the first sample. */
  startSeconds: number;
  sampleRate: number;
  /** Valid until the next block is asked for. */
  samples: Float32Array;
  /** What the decoder said, where packets before this block were lost. */
  damage: string | null;
}

/** The decoding end of one track. */
export interface PcmReader {
  /** Null at the end. */
  next(): Promise<PcmBlock | null>;
  close(): void;
}
