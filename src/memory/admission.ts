/**
 * Whether a job can run at all. In: what the model and one smallest window need, and the limit.
 * Out: yes, or the bytes it needs and when to ask again. Pure.
 */
import type { WindowCost } from '../speech/window-cost';
import { batchBytes, SHORTEST_CHUNK_SECONDS } from './budget';

export type Admission =
  { admitted: true } | { admitted: false; neededBytes: number; retryAfterSeconds: number | null };

/** The runtime keeps weights once, repacked (measured 2026-11: 1.1 to 1.3 times the file on WASM). */
const WEIGHTS_IN_MEMORY = 1.3;
const RETRY_SECONDS = 30;

export interface AdmissionInput {
  weightBytes: number;
  cost: WindowCost;
  limitBytes: number;
  /** Taken by everything else that this job would have to live beside. */
  usedByOthersBytes: number;
}

export function admit({ weightBytes, cost, limitBytes, usedByOthersBytes }: AdmissionInput): Admission {
  const neededBytes = Math.ceil(
    weightBytes * WEIGHTS_IN_MEMORY + batchBytes(cost, 1, SHORTEST_CHUNK_SECONDS),
  );
  if (neededBytes + usedByOthersBytes <= limitBytes) return { admitted: true };
  // More than the limit even alone: waiting does not help, only a higher limit or a smaller model does.
  const retryAfterSeconds = neededBytes > limitBytes ? null : RETRY_SECONDS;
  return { admitted: false, neededBytes, retryAfterSeconds };
}
