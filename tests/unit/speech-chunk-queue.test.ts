import { expect, test } from 'vitest';
import { LonghandError } from '../../src/lib/errors';
import type { ChunkBatch, ChunkReader } from '../../src/signal/chunk';
import { ChunkQueue } from '../../src/speech/chunk-queue';

/** One-second chunks, one after the other, with a gap before each fifth. */
function readerOf(total: number): ChunkReader & { asked: number[] } {
  let index = 0;
  const asked: number[] = [];
  return {
    asked,
    next({ count }) {
      asked.push(count);
      const chunks = Array.from({ length: Math.min(count, total - index) }, () => ({
        index,
        startSeconds: index,
        endSeconds: ++index,
        samples: new Float32Array(0),
        speech: [],
        voice: null,
      }));
      const gaps = chunks
        .filter((chunk) => chunk.index % 5 === 4)
        .map((chunk) => ({
          startSeconds: chunk.startSeconds,
          endSeconds: chunk.startSeconds,
          reason: 'media/damaged' as const,
        }));
      const batch: ChunkBatch = {
        chunks,
        gaps,
        readSeconds: index,
        voice: null,
        stageSeconds: { decode: 0, resample: 0, voiceActivity: 0 },
        heapBytes: 0,
        ended: index === total,
      };
      return Promise.resolve(batch);
    },
    close: () => undefined,
  };
}

test.each([true, false])('every chunk and gap comes once, in order, prefetch %s', async (prefetch) => {
  const queue = new ChunkQueue(readerOf(23));
  const seen: number[] = [];
  const gaps: number[] = [];
  let ended = false;
  for (let batch = 1; !ended; batch = Math.min(8, batch * 2)) {
    const taken = await queue.take({ count: batch, maxSeconds: 30 }, { prefetch });
    seen.push(...taken.chunks.map((chunk) => chunk.index));
    gaps.push(...taken.gaps.map((gap) => gap.startSeconds));
    expect(taken.checkpointSeconds).toBe(seen.length);
    ended = taken.ended;
  }
  expect(seen).toEqual(Array.from({ length: 23 }, (_, index) => index));
  expect(gaps).toEqual([4, 9, 14, 19]);
});

test('without prefetch nothing is read before it is asked for', async () => {
  const reader = readerOf(10);
  const queue = new ChunkQueue(reader);
  await queue.take({ count: 2, maxSeconds: 30 }, { prefetch: false });
  expect(reader.asked).toEqual([2]);
  await queue.take({ count: 2, maxSeconds: 30 }, { prefetch: true });
  expect(reader.asked).toEqual([2, 2, 2]);
});

test('a smaller budget leaves what was read ahead waiting, before the checkpoint', async () => {
  const queue = new ChunkQueue(readerOf(10));
  await queue.take({ count: 4, maxSeconds: 30 }, { prefetch: true });
  const taken = await queue.take({ count: 1, maxSeconds: 30 }, { prefetch: true });
  expect(taken.chunks.map((chunk) => chunk.index)).toEqual([4]);
  expect(taken.checkpointSeconds).toBe(5);
});

test('a failure ahead is thrown when its batch is due, not before', async () => {
  const failing = readerOf(10);
  const next = failing.next.bind(failing);
  let calls = 0;
  failing.next = (request) =>
    ++calls === 2
      ? Promise.reject(new LonghandError('media/unreadable', { name: 'x', detail: 'y' }))
      : next(request);
  const queue = new ChunkQueue(failing);
  expect((await queue.take({ count: 1, maxSeconds: 30 }, { prefetch: true })).chunks).toHaveLength(1);
  await expect(queue.take({ count: 1, maxSeconds: 30 }, { prefetch: true })).rejects.toMatchObject({
    code: 'media/unreadable',
  });
});
