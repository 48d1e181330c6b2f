/**
 * Cancellation: one AbortController per job, `{ signal }` passed last to every long step.
 * In: a promise and a signal. Out: whichever ends first, with the listener removed either way.
 */

/** Rejects with `signal.reason` as soon as the signal aborts; the promise's own result is then ignored. */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (onAbort) signal.removeEventListener('abort', onAbort);
  }
}

/** Gives the event loop a turn, so that a worker hears messages (an abort among them) between two long steps. */
export function yieldToEvents(): Promise<void> {
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      channel.port1.close();
      resolve();
    };
    channel.port2.postMessage(null);
  });
}
