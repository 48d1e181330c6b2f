/** Keeps the screen, and with it the machine, awake. The browser takes the lock back when the page is hidden. */
export interface WakeLock {
  release(): void;
}

/** Harmless where the browser has none, or refuses: a recording goes on without it. */
export function holdWakeLock(): WakeLock {
  const end = new AbortController();
  let held: WakeLockSentinel | null = null;
  const take = async () => {
    if (document.visibilityState !== 'visible') return;
    const { wakeLock } = navigator as { wakeLock?: globalThis.WakeLock };
    const taken = await wakeLock?.request('screen').catch(() => null);
    if (end.signal.aborted) void taken?.release();
    else held = taken ?? null;
  };
  document.addEventListener('visibilitychange', () => void take(), { signal: end.signal });
  void take();
  return {
    release() {
      end.abort();
      void held?.release();
      held = null;
    },
  };
}
