/**
 * The page's memory. In: a page of a browser started with MEASURE_ARGUMENTS, at rest between two batches (a worker
 * in the middle of a run does not answer). Out: `performance.measureUserAgentSpecificMemory()`: JavaScript, buffers and
 * shared WASM memory of the page and all its workers, after a garbage collection, so that readings compare. WASM heaps
 * never shrink, so a reading between batches has the highest point within them too. Measured in Chromium 156: a WASM
 * memory that is not shared is left out; ONNX Runtime's is shared, the resampler's (fixed, under 1 MB) is not.
 */
import type { Page } from 'playwright';

/** Answers at once instead of at the next convenient moment, which may be 20 s away. */
export const MEASURE_ARGUMENTS = ['--enable-blink-features=ForceEagerMeasureMemory'];

interface MeasuringPerformance extends Performance {
  measureUserAgentSpecificMemory(): Promise<{ bytes: number }>;
}

/** In bytes. */
export function measurePageMemory(page: Page): Promise<number> {
  return page.evaluate(
    async () => (await (performance as MeasuringPerformance).measureUserAgentSpecificMemory()).bytes,
  );
}
