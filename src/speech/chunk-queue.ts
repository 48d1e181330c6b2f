/**
 * Chunks on their way to the decoder. In: a reader. Out: as many as a batch may hold, while the next ones are already
 * being read. What was read ahead and not decoded yet does not count as done: the checkpoint stays before it.
 */
import type { Gap } from '../media/gap';
import type { Chunk, ChunkBatch, ChunkReader, ChunkRequest } from '../signal/chunk';

/** As a `ChunkBatch`, of what may now be decoded. */
export interface TakenChunks extends Omit<ChunkBatch, 'readSeconds'> {
  /** When the chunks are decoded, everything before this is done. */
  checkpointSeconds: number;
}

const NOTHING_READ: ChunkBatch = {
  chunks: [],
  gaps: [],
  readSeconds: 0,
  voice: null,
  stageSeconds: { decode: 0, resample: 0, voiceActivity: 0 },
  heapBytes: 0,
  ended: false,
};

export class ChunkQueue {
  #reader: ChunkReader;
  #waiting: Chunk[] = [];
  #gaps: Gap[] = [];
  #ahead: Promise<ChunkBatch> | null = null;
  #last = NOTHING_READ;

  constructor(reader: ChunkReader) {
    this.#reader = reader;
  }

  /** Fewer than asked for, or none, at the end and while there is only silence. Throws what the reader throws. */
  async take({ count, maxSeconds }: ChunkRequest, { prefetch }: { prefetch: boolean }): Promise<TakenChunks> {
    if (this.#ahead) await this.#receive(this.#ahead);
    if (this.#waiting.length < count && !this.#last.ended) {
      await this.#receive(this.#reader.next({ count: count - this.#waiting.length, maxSeconds }));
    }
    const chunks = this.#waiting.splice(0, count);
    if (prefetch && !this.#last.ended && this.#waiting.length < count) {
      this.#ahead = this.#reader.next({ count: count - this.#waiting.length, maxSeconds });
      // Heard when the next batch is taken.
      this.#ahead.catch(() => undefined);
    }
    const { pending, readSeconds, laneSeconds, voice, stageSeconds, heapBytes, ended } = this.#last;
    const checkpointSeconds = this.#waiting[0]?.startSeconds ?? readSeconds;
    const over = ended && this.#waiting.length === 0;
    // A gap after the checkpoint would be found again by a job that goes on from there.
    const isDone = (gap: Gap) => gap.startSeconds < checkpointSeconds || over;
    const gaps = this.#gaps.filter(isDone);
    this.#gaps = this.#gaps.filter((gap) => !isDone(gap));
    const lanes = laneSeconds?.map(
      (seconds, lane) => this.#waiting.find((chunk) => chunk.lane === lane)?.startSeconds ?? seconds,
    );
    return {
      chunks,
      ...(pending && { pending }),
      gaps,
      ...(lanes ? { laneSeconds: lanes } : {}),
      checkpointSeconds,
      voice: this.#waiting[0] ? this.#waiting[0].voice : voice,
      stageSeconds,
      heapBytes,
      ended: over,
    };
  }

  close(): void {
    this.#waiting = [];
    this.#reader.close();
  }

  async #receive(reading: Promise<ChunkBatch>): Promise<void> {
    this.#ahead = null;
    this.#last = await reading;
    this.#waiting.push(...this.#last.chunks);
    this.#gaps.push(...this.#last.gaps);
  }
}
