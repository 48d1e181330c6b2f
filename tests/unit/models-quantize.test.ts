import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  BLOCK_SIZE,
  quantizeBlocks,
  quantizeColumns,
  quantizeRows,
} from '../../src/models/quantize/whole-numbers';

const matrix = fc
  .record({ rows: fc.integer({ min: 1, max: 70 }), columns: fc.integer({ min: 1, max: 5 }) })
  .chain(({ rows, columns }) =>
    fc.record({
      rows: fc.constant(rows),
      columns: fc.constant(columns),
      // Weights are no denormal numbers, whose scales would be rounded to nothing.
      values: fc
        .array(fc.integer({ min: -1e6, max: 1e6 }), { minLength: rows * columns, maxLength: rows * columns })
        .map((numbers) => Float32Array.from(numbers, (number) => number / 997)),
    }),
  );

test('int8 by column is never off by more than half a step of that column', () => {
  fc.assert(
    fc.property(matrix, ({ rows, columns, values }) => {
      const { integers, scales } = quantizeColumns(values, rows, columns);
      values.forEach((value, at) => {
        const scale = scales[at % columns]!;
        expect(Math.abs(integers[at]! * scale - value)).toBeLessThanOrEqual(scale * 0.5001);
      });
    }),
  );
});

test('int8 by row is never off by more than half a step of that row', () => {
  fc.assert(
    fc.property(matrix, ({ rows, columns, values }) => {
      const { integers, scales } = quantizeRows(values, rows, columns);
      values.forEach((value, at) => {
        const scale = scales[Math.floor(at / columns)]!;
        expect(Math.abs(integers[at]! * scale - value)).toBeLessThanOrEqual(scale * 0.5001);
      });
    }),
  );
});

test('4 bits by block keep the largest value exactly and others within a step', () => {
  fc.assert(
    fc.property(matrix, ({ rows, columns, values }) => {
      const { integers, scales } = quantizeBlocks(values, rows, columns);
      const blocks = Math.ceil(rows / BLOCK_SIZE);
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          const block = column * blocks + Math.floor(row / BLOCK_SIZE);
          const within = row % BLOCK_SIZE;
          const byte = integers[block * (BLOCK_SIZE / 2) + (within >> 1)]!;
          const level = within % 2 === 0 ? byte & 15 : byte >> 4;
          const scale = scales[block]!;
          const value = values[row * columns + column]!;
          const error = Math.abs((level - 8) * scale - value);
          // The side opposite to the largest value ends at 7 steps of 8.
          expect(error).toBeLessThanOrEqual(Math.abs(scale) * 1.0001);
        }
      }
    }),
  );
});
