import { expect, test } from 'vitest';
import { fitSlope } from '../bench/slope';

test('readings on a line give its slope, without doubt', () => {
  const { perUnit, standardError } = fitSlope([1, 2, 5, 9].map((x) => ({ x, y: 3 * x + 7 })));
  expect(perUnit).toBeCloseTo(3, 10);
  expect(standardError).toBeCloseTo(0, 10);
});

test('readings around a line give the error of the slope', () => {
  // By hand: slope 1/2, residuals -1/2, 1, -1/2 of which the squares sum to 3/2, spread 2.
  const { perUnit, standardError } = fitSlope([
    { x: 0, y: 0 },
    { x: 1, y: 2 },
    { x: 2, y: 1 },
  ]);
  expect(perUnit).toBeCloseTo(0.5, 10);
  expect(standardError).toBeCloseTo(Math.sqrt(1.5 / 2), 10);
});

test('two readings are too few', () => {
  expect(() =>
    fitSlope([
      { x: 0, y: 0 },
      { x: 1, y: 1 },
    ]),
  ).toThrow('no slope from 2 readings');
});
