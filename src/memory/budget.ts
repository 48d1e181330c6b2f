/**
 * What the next batch may take. In: the allowance of a rung, what a window of this model costs, what is free.
 * Out: how many windows of what length. Pure.
 */
import type { WindowCost } from '../speech/window-cost';
import type { Allowance } from './ladder';

/**
 * Bytes that a batch of windows of this length needs at the most: what one window takes in the encoder is given back
 * before the decoder begins with all of them.
 */
export const batchBytes = ({ encoder, window }: WindowCost, batch: number, seconds: number): number =>
  Math.max(
    encoder.linearBytes * seconds + encoder.quadraticBytes * seconds * seconds,
    batch * (window.fixedBytes + window.linearBytes * seconds),
  );

export interface Budget {
  batch: number;
  chunkSeconds: number;
}

/** The runtime takes more than the tensors show: one window plans for at most this share of what is free, … */
const WINDOW_SHARE_OF_FREE = 0.25;
/** … and a batch for this one. */
const BATCH_SHARE_OF_FREE = 0.6;
export const SHORTEST_CHUNK_SECONDS = 5;

export interface BudgetInput {
  allowance: Allowance;
  /** As the user asked, 5 to 30. */
  chunkSeconds: number;
  cost: WindowCost;
  /** Of a full window, where every chunk is given one: then a shorter chunk costs no less. Null where windows are short. */
  fullWindowSeconds: number | null;
  /** What is left of the limit once the model is loaded: earlier batches gave their part of the heap back to the next. */
  freeBytes: number;
}

/** At least one window of the shortest length: whether that fits is `admission`'s question. */
export function planBudget(input: BudgetInput): Budget {
  const { allowance, cost, fullWindowSeconds, freeBytes } = input;
  let chunkSeconds = Math.max(SHORTEST_CHUNK_SECONDS, Math.min(allowance.chunkSeconds, input.chunkSeconds));
  const mostForOne = freeBytes * WINDOW_SHARE_OF_FREE;
  while (
    fullWindowSeconds === null &&
    chunkSeconds > SHORTEST_CHUNK_SECONDS &&
    batchBytes(cost, 1, chunkSeconds) > mostForOne
  ) {
    chunkSeconds = Math.max(SHORTEST_CHUNK_SECONDS, chunkSeconds / 2);
  }
  let batch = allowance.batch;
  const windowSeconds = fullWindowSeconds ?? chunkSeconds;
  while (batch > 1 && batchBytes(cost, batch, windowSeconds) > freeBytes * BATCH_SHARE_OF_FREE) batch--;
  return { batch, chunkSeconds };
}
