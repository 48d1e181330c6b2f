/** Chunks from samples that are already there, one clip after the other in time, each all speech. */
import { SAMPLE_RATE } from '../../../src/lib/units';
import type { Chunk, ChunkReader } from '../../../src/signal/chunk';

export function readerOf(clips: readonly Float32Array<ArrayBuffer>[]): ChunkReader {
  const waiting: Chunk[] = [];
  let at = 0;
  clips.forEach((samples, index) => {
    const startSeconds = at;
    const endSeconds = (at += samples.length / SAMPLE_RATE);
    waiting.push({
      index,
      startSeconds,
      endSeconds,
      samples,
      speech: [{ startSeconds, endSeconds }],
      voice: null,
    });
  });
  let readSeconds = 0;
  return {
    async next({ count }) {
      const chunks = waiting.splice(0, count);
      readSeconds = chunks.at(-1)?.endSeconds ?? readSeconds;
      return {
        chunks,
        gaps: [],
        readSeconds,
        voice: null,
        stageSeconds: { decode: 0, resample: 0, voiceActivity: 0 },
        heapBytes: 0,
        ended: waiting.length === 0,
      };
    },
    close() {},
  };
}
