/**
 * The unit of work: 1 to 30 s of speech, 16 kHz mono float32, cut at pauses.
 * The consumer pulls: it says how many chunks of what length it can afford. That one mechanism is backpressure,
 * memory steering, cancellation point and checkpoint.
 */
import type { Gap } from '../media/gap';
import type { VoiceMemory } from '../protocol/checkpoint';

export interface Region {
  startSeconds: number;
  endSeconds: number;
}

export interface Chunk {
  /** 0-based, in order of time. */
  index: number;
  startSeconds: number;
  endSeconds: number;
  /** `[(endSeconds - startSeconds) * 16000]`, mono, about -1 to 1. Ownership goes to the receiver. */
  samples: Float32Array<ArrayBuffer>;
  /** Speech as voice activity found it, in seconds of the recording, inside the chunk. */
  speech: Region[];
  /** Which of several voices recorded apart it belongs to, and what that one is called. */
  lane?: number;
  speaker?: string;
  /** For going on from the start of this chunk. */
  voice: VoiceMemory | null;
}

export interface ChunkRequest {
  /** How many chunks at the most, at least 1. */
  count: number;
  /** No chunk longer than this, 1 to 30. */
  maxSeconds: number;
}

export interface ChunkBatch {
  /** In order of time; fewer than asked for, or none, at the end or when only silence was left. */
  chunks: Chunk[];
  /** Of a recording under way: speech that is in no chunk yet and will be given again, with what follows. */
  pending?: Chunk;
  /** What could not be read since the last batch. */
  gaps: Gap[];
  /** How far the recording has been read and cut: everything before is in a chunk, in a gap, or without speech. */
  readSeconds: number;
  /** The same of each lane, where there are several. */
  laneSeconds?: number[];
  /** For going on from there. */
  voice: VoiceMemory | null;
  /** Seconds of work so far, for `--stats`. */
  stageSeconds: { decode: number; resample: number; voiceActivity: number };
  /** What the reader's own WASM heap has come to (voice activity). */
  heapBytes: number;
  /** True with the last batch; a further request gives an empty one. */
  ended: boolean;
}

/** The pulling end. One request at a time. */
export interface ChunkReader {
  next(request: ChunkRequest): Promise<ChunkBatch>;
  /** Harmless when repeated; the producer stops reading. */
  close(): void;
}
