/**
 * When a worker is ended and started afresh, between two chunks. A WASM heap never shrinks, so after a large batch or
 * a fragmented hour it can stand far above need, and ending its worker is the only way to give the memory back.
 * In: the heap, what it held when the model was loaded, what a batch needs. Out: yes or no. Pure.
 */
export interface RecycleInput {
  wasmHeapBytes: number;
  /** With the model loaded and nothing decoded yet. */
  loadedBytes: number;
  /** What the batches of now take at most. */
  batchBytes: number;
  limitBytes: number;
}

/** Loading the model again costs about a second: not for a little. */
const ABOVE_NEED = 1.5;
const SHARE_OF_LIMIT = 0.5;

export function shouldRecycle({ wasmHeapBytes, loadedBytes, batchBytes, limitBytes }: RecycleInput): boolean {
  const farAboveNeed = wasmHeapBytes > ABOVE_NEED * (loadedBytes + batchBytes);
  return farAboveNeed && wasmHeapBytes > SHARE_OF_LIMIT * limitBytes;
}
