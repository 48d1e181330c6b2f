import { expect, test } from 'vitest';
import { fromFloat16, toFloat16 } from '../../src/lib/float16';

/** Without the browser's own array: Node 20 has none either. */
const bitsOf = (...values: number[]) => [...(toFloat16(Float32Array.from(values), undefined) as Uint16Array)];

test('known numbers, ties to even, what is too small and what is too large', () => {
  expect(bitsOf(0, -0, 1, -2, 65504, 0.5)).toEqual([0, 0x8000, 0x3c00, 0xc000, 0x7bff, 0x3800]);
  expect(bitsOf(1 + 2 ** -11, 1 + 3 * 2 ** -11)).toEqual([0x3c00, 0x3c02]);
  expect(bitsOf(2 ** -24, 2 ** -25, 3 * 2 ** -26, 2 ** -14)).toEqual([1, 0, 1, 0x0400]);
  expect(bitsOf(65519, 65520, 1e9, -Infinity, NaN)).toEqual([0x7bff, 0x7c00, 0x7c00, 0xfc00, 0x7e00]);
});

test('every float16 comes back as itself', () => {
  const all = Uint16Array.from({ length: 65536 }, (_, bits) => bits);
  const there = fromFloat16(all);
  const back = toFloat16(there, undefined) as Uint16Array;
  const wrong = [...all].filter((bits) => !Number.isNaN(there[bits]!) && back[bits] !== bits);
  expect(wrong).toEqual([]);
});
