/**
 * The page's memory while it works. In: a page of a browser started with MEASURE_ARGUMENTS. Out: the highest reading
 * of `performance.measureUserAgentSpecificMemory()`: JavaScript, buffers and shared WASM memory of the page and all
 * its workers, after a garbage collection, so that readings compare. Measured in Chromium 156: a WASM memory that is
 * not shared is left out; ONNX Runtime's is shared, the resampler's (fixed, under 1 MB) is not.
 */
import type { Page } from 'playwright';

/** Answers at once instead of at the next convenient moment, which may be 20 s away. */
export const MEASURE_ARGUMENTS = ['--enable-blink-features=ForceEagerMeasureMemory'];

const PAUSE_MS = 1000;

export interface PeakReader {
  /** Ends the sampling and resolves with the highest reading, in bytes. */
  close(): Promise<{ peakBytes: number; readings: number }>;
}

export function openPeakReader(page: () => Page | null): PeakReader {
  let peakBytes = 0;
  let readings = 0;
  const end = new AbortController();
  const loop = (async () => {
    while (!end.signal.aborted) {
      const bytes = await read(page());
      if (bytes !== null) {
        peakBytes = Math.max(peakBytes, bytes);
        readings += 1;
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  })();
  return {
    async close() {
      end.abort();
      await loop;
      return { peakBytes, readings };
    },
  };
}

/** Null before there is a page. */
async function read(page: Page | null): Promise<number | null> {
  if (page === null) return null;
  return page.evaluate(async () => {
    const { bytes } = await (
      performance as Performance & { measureUserAgentSpecificMemory(): Promise<{ bytes: number }> }
    ).measureUserAgentSpecificMemory();
    return bytes;
  });
}
