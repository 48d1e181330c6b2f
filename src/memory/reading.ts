/** One look at memory. Bytes; null where the browser does not tell. */
export interface MemoryReading {
  /** The page's own JavaScript heap: Chromium only. */
  jsHeapBytes: number | null;
  /** Linear memory of the runtime that recognizes speech. It never shrinks. */
  wasmHeapBytes: number;
  /** The same of the worker that reads the recording. */
  mediaHeapBytes: number;
  /** Buffers on the graphics card that we made. */
  gpuBufferBytes: number;
  /** Of the WASM heap, what live tensors hold right now. */
  liveTensorBytes: number;
  /** Since the last reading. */
  allocationFailures: number;
  /** Since the last reading. */
  deviceLosses: number;
}

/** What counts against the limit. */
export const usedBytes = (reading: MemoryReading): number =>
  (reading.jsHeapBytes ?? 0) + reading.wasmHeapBytes + reading.mediaHeapBytes + reading.gpuBufferBytes;

export const NO_READING: MemoryReading = {
  jsHeapBytes: null,
  wasmHeapBytes: 0,
  mediaHeapBytes: 0,
  gpuBufferBytes: 0,
  liveTensorBytes: 0,
  allocationFailures: 0,
  deviceLosses: 0,
};
