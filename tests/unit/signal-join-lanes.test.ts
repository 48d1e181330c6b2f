import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Chunk, ChunkBatch, ChunkReader } from '../../src/signal/chunk';
import { joinLanes } from '../../src/signal/join-lanes';

const NO_STAGES = { decode: 0, resample: 0, voiceActivity: 0 };

/** A voice that speaks for a second at each of these places, read three seconds at a time. */
function voice(starts: readonly number[], endSeconds: number) {
  let read = 0;
  const left = [...starts];
  const reader: ChunkReader = {
    next() {
      const start = left[0];
      const found = start !== undefined && start < read + 3;
      if (found) left.shift();
      read = found ? start + 1 : Math.min(endSeconds, read + 3);
      const chunks: Chunk[] = found
        ? [
            {
              index: 0,
              startSeconds: start,
              endSeconds: start + 1,
              samples: new Float32Array(0),
              speech: [],
              voice: null,
            },
          ]
        : [];
      const ended = read >= endSeconds && left.length === 0;
      const batch: ChunkBatch = {
        chunks,
        gaps: [],
        voice: null,
        readSeconds: read,
        stageSeconds: NO_STAGES,
        heapBytes: 0,
        ended,
      };
      return Promise.resolve(batch);
    },
    close: () => undefined,
  };
  return reader;
}

it('chunks of all voices come once, in order of time, and nothing before the checkpoint comes after it', async () => {
  const starts = fc.uniqueArray(fc.integer({ min: 0, max: 98 }), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(starts, { minLength: 2, maxLength: 3 }),
      fc.integer({ min: 1, max: 5 }),
      async (lanes, count) => {
        const sorted = lanes.map((lane) => lane.toSorted((a, b) => a - b));
        const joined = joinLanes(
          sorted.map((lane, index) => ({
            speaker: `Channel ${index + 1}`,
            reader: voice(lane, 100),
            fromSeconds: 0,
          })),
        );
        const heard: Chunk[] = [];
        for (let ended = false; !ended;) {
          const batch = await joined.next({ count, maxSeconds: 30 });
          heard.push(...batch.chunks);
          for (const { lane, startSeconds } of batch.chunks)
            expect(batch.laneSeconds![lane!]).toBeGreaterThan(startSeconds);
          ended = batch.ended;
        }
        const times = heard.map(({ startSeconds }) => startSeconds);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
        expect(heard.map(({ index }) => index)).toEqual(heard.map((_, index) => index));
        sorted.forEach((lane, index) => {
          const own = heard.filter((chunk) => chunk.speaker === `Channel ${index + 1}`);
          expect(own.map(({ startSeconds }) => startSeconds)).toEqual(lane);
        });
      },
    ),
    { numRuns: 60 },
  );
});
