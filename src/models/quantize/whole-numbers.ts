/**
 * Weights as whole numbers with scales. In: a matrix in float32, row by row. Out: int8 with one scale per column or
 * row, or 4 bits with one per block. Symmetric everywhere: zero stays zero, and no zero points are needed.
 */

export interface ScaledIntegers<T extends Int8Array | Uint8Array> {
  integers: T;
  /** value ≈ integer × scale */
  scales: Float32Array<ArrayBuffer>;
}

/** One scale per column, as MatMulInteger allows for its right matrix. `values`: `[rows, columns]`. */
export function quantizeColumns(
  values: Float32Array,
  rows: number,
  columns: number,
): ScaledIntegers<Int8Array<ArrayBuffer>> {
  const scales = new Float32Array(columns);
  for (let at = 0; at < values.length; at++) {
    const column = at % columns;
    scales[column] = Math.max(scales[column]!, Math.abs(values[at]!));
  }
  for (let column = 0; column < columns; column++) scales[column] = scales[column]! / 127;
  const integers = new Int8Array(values.length);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, at++) {
      integers[at] = nearest(values[at]!, scales[column]!);
    }
  }
  return { integers, scales };
}

/** One scale per row. `values`: `[rows, columns]`. */
export function quantizeRows(
  values: Float32Array,
  rows: number,
  columns: number,
): ScaledIntegers<Int8Array<ArrayBuffer>> {
  const scales = new Float32Array(rows);
  const integers = new Int8Array(values.length);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    let largest = 0;
    for (let at = start; at < start + columns; at++) largest = Math.max(largest, Math.abs(values[at]!));
    scales[row] = largest / 127;
    for (let at = start; at < start + columns; at++) integers[at] = nearest(values[at]!, scales[row]!);
  }
  return { integers, scales };
}

const nearest = (value: number, scale: number): number =>
  scale === 0 ? 0 : Math.max(-127, Math.min(127, Math.round(value / scale)));

/** Values of a column that share a scale. */
export const BLOCK_SIZE = 32;
const BLOCK_BYTES = BLOCK_SIZE / 2;

/**
 * 4 bits in the layout of ONNX Runtime's MatMulNBits: `[columns, blocks, 16]` bytes, two values per byte, the first in
 * the low half, each 8 above its integer; scales `[columns, blocks]`. `values`: `[rows, columns]`.
 * The scale takes the sign of the largest value, so that the 16 levels -8 to 7 reach it exactly, as ONNX Runtime does
 * (https://github.com/microsoft/onnxruntime/blob/main/onnxruntime/core/mlas/lib/q4_dq.cpp).
 */
export function quantizeBlocks(
  values: Float32Array,
  rows: number,
  columns: number,
): ScaledIntegers<Uint8Array<ArrayBuffer>> {
  const blocks = Math.ceil(rows / BLOCK_SIZE);
  const integers = new Uint8Array(columns * blocks * BLOCK_BYTES);
  const scales = new Float32Array(columns * blocks);
  for (let column = 0; column < columns; column++) {
    for (let block = 0; block < blocks; block++) {
      const firstRow = block * BLOCK_SIZE;
      const lastRow = Math.min(rows, firstRow + BLOCK_SIZE);
      let extreme = 0;
      for (let row = firstRow; row < lastRow; row++) {
        const value = values[row * columns + column]!;
        if (Math.abs(value) > Math.abs(extreme)) extreme = value;
      }
      const scale = extreme / -8;
      scales[column * blocks + block] = scale;
      const start = (column * blocks + block) * BLOCK_BYTES;
      for (let within = 0; within < BLOCK_SIZE; within++) {
        const row = firstRow + within;
        const value = row < lastRow ? values[row * columns + column]! : 0;
        const level = scale === 0 ? 8 : Math.max(0, Math.min(15, Math.round(value / scale) + 8));
        integers[start + (within >> 1)]! |= level << (within % 2 === 0 ? 0 : 4);
      }
    }
  }
  return { integers, scales };
}
