/**
 * When each token is said, from where the decoder looked while it said it. In: attention of the alignment heads.
 * Out: seconds at which each token begins. The method is that of openai/whisper's timing.py: per head and frame, how
 * far a token's attention lies above that of the others; a median filter along time; the mean over heads; time warping.
 */
import { warp } from './warp';

/** One encoder position is two mel frames. */
export const SECONDS_PER_POSITION = 0.02;
/** Frames of the median filter (timing.py). */
const FILTER_WIDTH = 7;

export interface Attention {
  /** `[heads, rows, positions]`, rows sum to 1. */
  weights: Float32Array;
  heads: number;
  rows: number;
  positions: number;
}

/**
 * `from`: the row whose attention belongs to the first token of the text (that of the token before it); the rows after
 * it belong to the others. `positions`: how many of the encoder's hold sound. Seconds in the window, never falling; one
 * for each token and one for the end of text.
 */
export function tokenTimes(
  attention: Attention,
  from: number,
  tokens: number,
  positions: number,
): Float64Array {
  const width = Math.max(1, Math.min(positions, attention.positions));
  const rows = tokens + 1;
  const fit = new Float32Array(rows * width);
  const plane = new Float32Array(attention.rows * width);
  for (let head = 0; head < attention.heads; head++) {
    standardize(attention, head, width, plane);
    for (let row = 0; row < rows; row++) addFiltered(plane, (from + row) * width, width, fit, row * width);
  }
  const starts = warp(fit, rows, width);
  return Float64Array.from(starts, (position) => position * SECONDS_PER_POSITION);
}

/** Into `plane` `[rows, width]`: for every position, deviations from the mean over all rows. */
function standardize(
  { weights, rows, positions }: Attention,
  head: number,
  width: number,
  plane: Float32Array,
) {
  const at = (row: number, column: number) => weights[(head * rows + row) * positions + column]!;
  for (let column = 0; column < width; column++) {
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += at(row, column);
    const mean = sum / rows;
    let squares = 0;
    for (let row = 0; row < rows; row++) squares += (at(row, column) - mean) ** 2;
    const deviation = Math.sqrt(squares / rows) + 1e-9;
    for (let row = 0; row < rows; row++) plane[row * width + column] = (at(row, column) - mean) / deviation;
  }
}

/** Adds the median of each place's neighbourhood; the row goes on mirrored at its ends. */
function addFiltered(plane: Float32Array, from: number, width: number, sums: Float32Array, to: number): void {
  const reach = (FILTER_WIDTH - 1) / 2;
  const around = new Float32Array(FILTER_WIDTH);
  for (let column = 0; column < width; column++) {
    for (let k = -reach; k <= reach; k++) around[k + reach] = plane[from + mirrored(column + k, width)]!;
    around.sort();
    sums[to + column]! += around[reach]!;
  }
}

function mirrored(index: number, length: number): number {
  const inside = index < 0 ? -index - 1 : index >= length ? 2 * length - 1 - index : index;
  return Math.max(0, Math.min(length - 1, inside));
}
