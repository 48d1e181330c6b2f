/**
 * Notices that a worker has died. A dead worker fires no event, and one that computes in WASM cannot answer a
 * heartbeat for seconds. So the worker holds a Web Lock for as long as it lives; the page queues for the same lock,
 * and being granted it means that the worker is gone. (Locks of an agent are released when it terminates:
 * https://w3c.github.io/web-locks/#agent-integration, and checked in tests/browser/protocol.test.ts.)
 */

/** Worker side: resolves once the lock is held; it is never given back. */
export function holdLifeline(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(name, () => {
        resolve();
        return new Promise<never>(() => undefined);
      })
      .catch(reject);
  });
}

/** Page side: calls `onDeath` when the holder of the lifeline is gone; `signal` ends the watch. */
export function watchLifeline(name: string, onDeath: () => void, signal: AbortSignal): void {
  navigator.locks.request(name, { signal }, () => onDeath()).catch(() => undefined);
}
