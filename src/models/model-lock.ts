/**
 * One writer per model across tabs and workers, held by a web lock. In: a model's id and what to do. Out: its result.
 * Where there are no web locks (the command line under Node 20) there is one process, and what to do is done.
 */
const lockName = (id: string): string => `longhand-model-${id}`;

/** In browsers always there; this file runs under Node as well. */
const locks = (): LockManager | undefined =>
  (globalThis as { navigator?: { locks?: LockManager } }).navigator?.locks;

/** Waits for whoever has it. Rejects with the signal's reason. */
export async function withModelLock<T>(id: string, signal: AbortSignal, run: () => Promise<T>): Promise<T> {
  const manager = locks();
  return manager ? manager.request(lockName(id), { signal }, run) : run();
}

/** Null, and nothing done, where somebody has it. */
export async function ifModelIdle<T>(id: string, run: () => Promise<T>): Promise<T | null> {
  const manager = locks();
  if (!manager) return run();
  return manager.request(lockName(id), { ifAvailable: true }, (lock) => (lock ? run() : null));
}
