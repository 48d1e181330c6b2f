/**
 * What the next batch may take. In: the allowance of a rung, what a window of this model costs, what is free.
 * Out: how many windows of what length. Pure.
 */
import type { Allowance } from './ladder';

/** Bytes that a window of `s` seconds needs while it is decoded: fixed + linear * s + quadratic * s * s. */
export interface WindowCost {
  fixedBytes: number;
  linearBytes: number;
  /** Attention scores of the encoder: heads * positions * positions. */
  quadraticBytes: number;
}

export const windowBytes = (cost: WindowCost, seconds: number): number =>
  cost.fixedBytes + cost.linearBytes * seconds + cost.quadraticBytes * seconds * seconds;

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
  while (seconds > SHORTEST_CHUNK_SECONDS && windowBytes(cost, seconds) > plan) {
    seconds = Math.max(SHORTEST_CHUNK_SECONDS, seconds / 2);
  }
  const fits = Math.floor(plan / windowBytes(cost, seconds));
  return { batch: Math.max(1, Math.min(allowance.batch, fits)), chunkSeconds: seconds };
}
