/**
 * One tab a job: who writes a job holds a Web Lock of its name, which the browser takes back when the tab ends, however
 * it ends. Two tabs so never write the same job.
 */
const lockName = (id: string): string => `longhand-job-${id}`;

export interface JobLock {
  release(): void;
}

/** Null where another tab has it. */
export function takeJobLock(id: string): Promise<JobLock | null> {
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(lockName(id), { ifAvailable: true }, (lock) => {
        if (!lock) return resolve(null);
        return new Promise<void>((release) => resolve({ release }));
      })
      .catch(reject);
  });
}

/** Ids of jobs that some tab has, this one included. */
export async function lockedJobs(): Promise<Set<string>> {
  const { held = [] } = await navigator.locks.query();
  const prefix = lockName('');
  return new Set(held.flatMap(({ name }) => (name?.startsWith(prefix) ? [name.slice(prefix.length)] : [])));
}

/** Calls `onFree` once no other tab has the job; `signal` ends the wait. */
export function whenJobIsFree(id: string, onFree: () => void, signal: AbortSignal): void {
  navigator.locks.request(lockName(id), { signal }, () => onFree()).catch(() => undefined);
}
