/**
 * When a worker is ended and started afresh, between two chunks. A WASM heap never shrinks, so after a large batch or
 * a fragmented hour it can stand far above need, and ending its worker is the only way to give the memory back.
 * In: after each batch the heap, and what was planned for it. Out: yes or no. One for each worker's life.
 * The one decision to know: what a batch of this size has really taken while batches grew counts as need, where that is
 * more than planned. A plan that is too low would end worker after worker, each at the price of loading the model.
 */
export interface BatchHeap {
  wasmHeapBytes: number;
  /** Windows of the batch just decoded. */
  batch: number;
  /** What was planned for it. */
  batchBytes: number;
  limitBytes: number;
}

/** Loading the model again costs about a second: not for a little. */
const ABOVE_NEED = 1.5;
const SHARE_OF_LIMIT = 0.5;

/** `loadedBytes`: the heap with the model loaded and nothing decoded yet. */
export function watchHeap(loadedBytes: number): (heap: BatchHeap) => boolean {
  const taken = new Map<number, number>();
  let largest = 0;
  return ({ wasmHeapBytes, batch, batchBytes, limitBytes }) => {
    if (batch > largest) {
      largest = batch;
      taken.set(batch, wasmHeapBytes);
    }
    const needBytes = Math.max(loadedBytes + batchBytes, taken.get(batch) ?? 0);
    return wasmHeapBytes > ABOVE_NEED * needBytes && wasmHeapBytes > SHARE_OF_LIMIT * limitBytes;
  };
}
