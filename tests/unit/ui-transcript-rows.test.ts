/** Segments and gaps as the rows a reader sees. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Segment } from '../../src/speech/segment';
import { createRows, segmentAt } from '../../src/ui/transcript/rows';
import { fakeSegments } from '../preview/fake-queue';

const segment = (startSeconds: number, endSeconds: number, text = 'Did you sign?'): Segment => ({
  ...(fakeSegments([text])[0] as Segment),
  startSeconds,
  endSeconds,
});
const gap = (startSeconds: number, endSeconds: number) => ({
  startSeconds,
  endSeconds,
  reason: 'media/damaged' as const,
});

test('a pause of two seconds, a gap, and the end of a sentence once it is long, start a paragraph', () => {
  const long = 'It did not freeze so much as it put on weight. '.repeat(8).trim();
  const segments = [segment(0, 2), segment(3, 5), segment(7, 9), segment(12, 40, long), segment(40, 42)];
  const rows = createRows(segments, [gap(9, 12)]);
  expect(rows.map((row) => (row.kind === 'gap' ? 'gap' : row.firstIndex))).toEqual([0, 2, 'gap', 3, 4]);
});

test('every segment and every gap is in exactly one row, in order of time', () => {
  const steps = fc.array(
    fc.record({ pause: fc.double({ min: 0, max: 5, noNaN: true }), isGap: fc.boolean() }),
  );
  fc.assert(
    fc.property(steps, (all) => {
      const segments: Segment[] = [];
      const gaps: ReturnType<typeof gap>[] = [];
      let at = 0;
      for (const { pause, isGap } of all) {
        at += pause;
        if (isGap) gaps.push(gap(at, at + 1));
        else segments.push(segment(at, at + 1));
        at += 1;
      }
      const rows = createRows(segments, gaps);
      expect(rows.flatMap((row) => (row.kind === 'turn' ? row.segments : []))).toEqual(segments);
      expect(rows.flatMap((row) => (row.kind === 'gap' ? [row.gap] : []))).toEqual(gaps);
      const starts = rows.map((row) => (row.kind === 'gap' ? row.gap : row.segments[0])?.startSeconds ?? -1);
      expect(starts).toEqual(starts.toSorted((a, b) => a - b));
    }),
  );
});

test('rows that text is added after stay the same objects, so that nothing settled is drawn again', () => {
  const segments = fakeSegments(
    Array.from({ length: 200 }, (_, index) => `Sentence number ${index} of the text.`),
  );
  const before = createRows(segments.slice(0, 150), []);
  const after = createRows(segments, [], before);
  expect(before.length).toBeGreaterThan(3);
  expect(before.slice(0, -1).every((row, index) => row === after[index])).toBe(true);
});

test('the segment heard is the one around that moment, and none in a pause', () => {
  const segments = [segment(0, 2), segment(3, 5), segment(5, 6)];
  expect([0, 1.9, 2, 2.5, 3, 5, 5.9, 6, 99].map((at) => segmentAt(segments, at))).toEqual([
    0, 0, -1, -1, 1, 2, 2, -1, -1,
  ]);
  expect(segmentAt([], 1)).toBe(-1);
});

test('another language starts a paragraph, which tells it', () => {
  const base = { noSpeechProbability: 0, averageLogProbability: 0, chunkIndex: 0 };
  const segments = ['en', 'en', 'de'].map((language, i) => ({
    ...base,
    language,
    startSeconds: i,
    endSeconds: i + 1,
    text: 'word',
  }));
  const rows = createRows(segments, []);
  expect(rows.map((row) => row.kind === 'turn' && row.segments.length)).toEqual([2, 1]);
});
