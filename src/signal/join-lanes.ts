/**
 * Several voices of one recording that were recorded apart (channels, or tracks of a microphone and a tab), as one
 * stream of chunks. In: one reader for each. Out: their chunks in order of time, each with its lane and speaker.
 * The one decision to know: only the lane that is furthest behind is read, so that at most one chunk of each is held and
 * readers of one file stay close together.
 */
import { LonghandError } from '../lib/errors';
import type { Chunk, ChunkBatch, ChunkReader, ChunkRequest } from './chunk';

export interface Lane {
  speaker: string;
  reader: ChunkReader;
  /** Where it goes on. */
  fromSeconds: number;
}

interface LaneState extends Lane {
  waiting: Chunk | null;
  readSeconds: number;
  ended: boolean;
  stageSeconds: ChunkBatch['stageSeconds'];
}

const NO_STAGES = { decode: 0, resample: 0, voiceActivity: 0 };
/** Reads of silence before a request returns without a chunk, so that progress is seen. */
const SILENT_READS = 2;

/** `chunksBefore`: chunks of this recording before the place where the lanes go on. */
export function joinLanes(lanes: readonly Lane[], chunksBefore = 0): ChunkReader {
  return new JoinedLanes(lanes, chunksBefore);
}

class JoinedLanes implements ChunkReader {
  #lanes: LaneState[];
  #chunks: number;
  #gaps: ChunkBatch['gaps'] = [];
  /** All lanes are read in one worker. */
  #heapBytes = 0;
  #closed = false;

  constructor(lanes: readonly Lane[], chunksBefore: number) {
    this.#chunks = chunksBefore;
    this.#lanes = lanes.map((lane) => ({
      ...lane,
      waiting: null,
      readSeconds: lane.fromSeconds,
      ended: false,
      stageSeconds: NO_STAGES,
    }));
  }

  async next({ count, maxSeconds }: ChunkRequest): Promise<ChunkBatch> {
    const chunks: Chunk[] = [];
    for (let silent = 0; chunks.length < count && silent < SILENT_READS * this.#lanes.length;) {
      if (this.#closed) throw new LonghandError('internal/closed', { what: 'chunk reader' });
      const behind = this.#furthestBehind();
      if (!behind) break;
      if (behind.waiting) {
        chunks.push({
          ...behind.waiting,
          index: this.#chunks++,
          lane: this.#lanes.indexOf(behind),
          speaker: behind.speaker,
          voice: null,
        });
        behind.waiting = null;
      } else if (!(await this.#read(behind, maxSeconds))) silent += 1;
    }
    const ended = this.#lanes.every((lane) => lane.ended && !lane.waiting);
    const laneSeconds = this.#lanes.map(placeOf);
    return {
      chunks,
      gaps: this.#gaps.splice(0),
      readSeconds: ended ? Math.max(...laneSeconds) : Math.min(...laneSeconds),
      laneSeconds,
      voice: null,
      stageSeconds: this.#stageSeconds(),
      heapBytes: this.#heapBytes,
      ended,
    };
  }

  close(): void {
    this.#closed = true;
    for (const { reader } of this.#lanes) reader.close();
  }

  /** The lane whose next chunk, or next unread second, comes first; null where all have ended. */
  #furthestBehind(): LaneState | null {
    const open = this.#lanes.filter((lane) => lane.waiting || !lane.ended);
    if (open.length === 0) return null;
    // Of two at one place the one that may still hold something earlier is read first.
    return open.reduce((best, lane) => {
      const difference = placeOf(lane) - placeOf(best);
      return difference < 0 || (difference === 0 && best.waiting && !lane.waiting) ? lane : best;
    });
  }

  /** True where a chunk came. */
  async #read(lane: LaneState, maxSeconds: number): Promise<boolean> {
    const batch = await lane.reader.next({ count: 1, maxSeconds });
    lane.waiting = batch.chunks[0] ?? null;
    lane.readSeconds = batch.readSeconds;
    lane.stageSeconds = batch.stageSeconds;
    this.#heapBytes = batch.heapBytes;
    lane.ended = batch.ended;
    // Damage of the file is found by the reader of every channel: told once.
    if (lane === this.#lanes[0]) this.#gaps.push(...batch.gaps);
    return lane.waiting !== null;
  }

  #stageSeconds(): ChunkBatch['stageSeconds'] {
    return this.#lanes.reduce(
      (sum, { stageSeconds: { decode, resample, voiceActivity } }) => ({
        decode: sum.decode + decode,
        resample: sum.resample + resample,
        voiceActivity: sum.voiceActivity + voiceActivity,
      }),
      NO_STAGES,
    );
  }
}

const placeOf = ({ waiting, readSeconds }: LaneState): number => waiting?.startSeconds ?? readSeconds;
