/**
 * What the next batch may take. In: the allowance of a rung, what a window of this model costs, what is free.
 * Out: how many windows of what length. Pure.
 */
import type { WindowCost } from '../speech/window-cost';
import type { Allowance } from './ladder';

/** Bytes that a batch of windows of this length needs while it is decoded. */
export const batchBytes = ({ encoder, window }: WindowCost, batch: number, seconds: number): number =>
  encoder.linearBytes * seconds +
  encoder.quadraticBytes * seconds * seconds +
  batch * (window.fixedBytes + window.linearBytes * seconds);

export interface Budget {
  batch: number;
  chunkSeconds: number;
}

/** A batch plans for at most this share of what is free, because the runtime takes more than the tensors show. */
const SHARE_OF_FREE = 0.25;
export const SHORTEST_CHUNK_SECONDS = 5;

export interface BudgetInput {
  allowance: Allowance;
  /** As the user asked, 5 to 30. */
  chunkSeconds: number;
  cost: WindowCost;
  freeBytes: number;
}

/** At least one window of the shortest length: whether that fits is `admission`'s question. */
export function planBudget({ allowance, chunkSeconds, cost, freeBytes }: BudgetInput): Budget {
  const plan = freeBytes * SHARE_OF_FREE;
  let seconds = Math.max(SHORTEST_CHUNK_SECONDS, Math.min(allowance.chunkSeconds, chunkSeconds));
  while (seconds > SHORTEST_CHUNK_SECONDS && batchBytes(cost, 1, seconds) > plan) {
    seconds = Math.max(SHORTEST_CHUNK_SECONDS, seconds / 2);
  }
  let batch = allowance.batch;
  while (batch > 1 && batchBytes(cost, batch, seconds) > plan) batch--;
  return { batch, chunkSeconds: seconds };
}
