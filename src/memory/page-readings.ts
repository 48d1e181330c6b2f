/** What this browser tells the page about memory; all of it Chromium only. */

/** https://developer.mozilla.org/docs/Web/API/Performance/memory: exists on the page, never in a worker. */
export function jsHeapBytes(): number | null {
  const { memory } = performance as Performance & { memory?: { usedJSHeapSize: number } };
  return memory?.usedJSHeapSize ?? null;
}

/** https://developer.mozilla.org/docs/Web/API/Navigator/deviceMemory: gibibytes, rounded and capped. */
export function deviceGibibytes(): number | undefined {
  return (navigator as Navigator & { deviceMemory?: number }).deviceMemory;
}
