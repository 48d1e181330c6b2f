import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  alone,
  decodePowerset,
  frameSeconds,
  POWERSET_CLASSES,
  stretchesOf,
} from '../../src/speakers/full/powerset';
import { segmentWindows, WINDOW_SECONDS, within } from '../../src/speakers/full/segment-windows';
import { speechWindows } from '../../src/speakers/simple/speech-windows';

/** One frame for each class given. */
function scoresOf(classes: readonly number[]): Float32Array {
  const scores = new Float32Array(classes.length * POWERSET_CLASSES).fill(-5);
  classes.forEach((each, frame) => (scores[frame * POWERSET_CLASSES + each] = -0.1));
  return scores;
}

describe('powerset', () => {
  test('each class is who is heard: nobody, one of three, or two at once', () => {
    const heard = decodePowerset(scoresOf([0, 1, 2, 3, 4, 5, 6]));
    expect(heard.map((frames) => [...frames])).toEqual([
      [0, 1, 0, 0, 1, 1, 0],
      [0, 0, 1, 0, 1, 0, 1],
      [0, 0, 0, 1, 0, 1, 1],
    ]);
    expect([...alone(heard, 0)]).toEqual([0, 1, 0, 0, 0, 0, 0]);
  });

  test('frames become stretches that touch where voices change, and reach to the ends of the window', () => {
    const heard = decodePowerset(scoresOf([1, 1, 2, 2]));
    const [first, second] = heard.map((frames) => stretchesOf(frames, 10));
    const border = (frameSeconds(1) + frameSeconds(2)) / 2;
    expect(first).toEqual([{ startSeconds: 0, endSeconds: expect.closeTo(border, 9) as number }]);
    expect(second).toEqual([{ startSeconds: expect.closeTo(border, 9) as number, endSeconds: 10 }]);
  });
});

const chunk = fc
  .tuple(fc.double({ min: 0, max: 1000, noNaN: true }), fc.double({ min: 0.5, max: 30, noNaN: true }))
  .map(([startSeconds, length]) => ({ startSeconds, endSeconds: startSeconds + length }));

test('cores of the windows cover a chunk once, each inside its window', () => {
  fc.assert(
    fc.property(chunk, (range) => {
      const windows = segmentWindows(range);
      expect(windows[0]!.core.startSeconds).toBe(range.startSeconds);
      expect(windows.at(-1)!.core.endSeconds).toBe(range.endSeconds);
      windows.forEach(({ startSeconds, core }, i) => {
        if (i > 0) expect(core.startSeconds).toBe(windows[i - 1]!.core.endSeconds);
        expect(core.startSeconds).toBeGreaterThanOrEqual(startSeconds);
        expect(core.endSeconds).toBeLessThanOrEqual(startSeconds + WINDOW_SECONDS + 1e-9);
      });
    }),
  );
});

test('what reaches out of a core is cut off', () => {
  const core = { startSeconds: 5, endSeconds: 10 };
  expect(
    within(
      [
        { startSeconds: 0, endSeconds: 4 },
        { startSeconds: 4, endSeconds: 6 },
        { startSeconds: 9, endSeconds: 12 },
      ],
      core,
    ),
  ).toEqual([
    { startSeconds: 5, endSeconds: 6 },
    { startSeconds: 9, endSeconds: 10 },
  ]);
});

test('windows of the simple method lie in the chunk, are in order, and leave no half second of speech out', () => {
  fc.assert(
    fc.property(
      chunk,
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 12 }),
      (range, cuts) => {
        const length = range.endSeconds - range.startSeconds;
        const edges = cuts.toSorted((a, b) => a - b).map((cut) => range.startSeconds + cut * length);
        const speech = edges.flatMap((startSeconds, i) =>
          i % 2 === 0 && edges[i + 1]! > startSeconds ? [{ startSeconds, endSeconds: edges[i + 1]! }] : [],
        );
        const windows = speechWindows(range, speech);
        windows.forEach((window, i) => {
          expect(window.startSeconds).toBeGreaterThanOrEqual(range.startSeconds - 1e-9);
          expect(window.endSeconds).toBeLessThanOrEqual(range.endSeconds + 1e-9);
          if (i > 0) expect(window.endSeconds).toBeGreaterThanOrEqual(windows[i - 1]!.endSeconds - 1e-9);
        });
        for (const { startSeconds, endSeconds } of speech)
          for (let at = startSeconds + 0.01; at < endSeconds; at += 0.25)
            expect(
              windows.some((window) => window.startSeconds <= at + 0.01 && window.endSeconds >= at - 0.01),
            ).toBe(true);
      },
    ),
  );
});
