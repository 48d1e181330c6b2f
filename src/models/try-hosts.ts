/**
 * One task against several hosts, in order, each with patience. In: the hosts and what to do at one. Out: its result,
 * or the error a person can act on. The one decision to know: an attempt that moved something forward resets the
 * patience, so that a connection which breaks every few megabytes still gets to the end.
 */
import { LonghandError } from '../lib/errors';
import { HostFailure } from '../lib/fetch-range';

export interface Patience {
  /** Further attempts at a host that gives nothing, before the next host is asked. */
  retries: number;
  /** Before the first of them; doubled for each further one. */
  firstWaitSeconds: number;
  longestWaitSeconds: number;
}

export const DEFAULT_PATIENCE: Patience = { retries: 4, firstWaitSeconds: 1, longestWaitSeconds: 60 };

export interface HostTask {
  model: string;
  file: string;
  hosts: readonly string[];
  patience: Patience;
  signal: AbortSignal;
  /** Called before each wait. */
  onWait?: (waiting: { host: string; seconds: number; answer: string }) => void;
  /** Anything that grows while the task makes progress. */
  progress(): number;
  /** For the message when the connection keeps breaking. */
  sizeBytes(): number | null;
}

/** Throws `models/offline`, `models/not-found`, `models/host-refused`, `models/interrupted`, and what `run` throws. */
export async function tryHosts<T>(task: HostTask, run: (host: string) => Promise<T>): Promise<T> {
  const failures: { host: string; failure: HostFailure }[] = [];
  for (const host of task.hosts) {
    let attempts = 0;
    let before = task.progress();
    for (;;) {
      try {
        return await run(host);
      } catch (failure) {
        if (!(failure instanceof HostFailure)) throw failure;
        if (task.progress() > before) attempts = 0;
        before = task.progress();
        const hopeless = failure.kind === 'not-found' || failure.kind === 'refused';
        if (hopeless || attempts >= task.patience.retries) {
          failures.push({ host, failure });
          break;
        }
        const backOff = task.patience.firstWaitSeconds * 2 ** attempts;
        const seconds = Math.min(failure.waitSeconds ?? backOff, task.patience.longestWaitSeconds);
        attempts += 1;
        task.onWait?.({ host, seconds, answer: failure.answer });
        await waitSeconds(seconds, task.signal);
      }
    }
  }
  throw explain(task, failures);
}

/** Of several failures the one that says most: a host that had something to say, before one that was silent. */
function explain(task: HostTask, failures: readonly { host: string; failure: HostFailure }[]): LonghandError {
  const { model, file } = task;
  const first = (...kinds: HostFailure['kind'][]) =>
    failures.find(({ failure }) => kinds.includes(failure.kind));
  const interrupted = first('broken', 'changed');
  if (interrupted) {
    const values = { model, file, receivedBytes: task.progress(), sizeBytes: task.sizeBytes() };
    return new LonghandError('models/interrupted', values, { retryable: true, cause: interrupted.failure });
  }
  const refused = first('refused', 'busy');
  if (refused) {
    const values = { model, file, host: hostName(refused.host), answer: refused.failure.answer };
    const retryable = refused.failure.kind === 'busy';
    return new LonghandError('models/host-refused', values, { retryable, cause: refused.failure });
  }
  const missing = first('not-found');
  if (missing) return new LonghandError('models/not-found', { model, file }, { cause: missing.failure });
  const values = { model, hosts: task.hosts.map(hostName) };
  return new LonghandError('models/offline', values, { retryable: true, cause: failures[0]?.failure });
}

const hostName = (host: string): string => (URL.canParse(host) ? new URL(host).host : host);

/** Ends early when the browser says that it is online again. Rejects with the signal's reason. */
function waitSeconds(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = new AbortController();
    const settle = (finish: () => void) => {
      end.abort();
      clearTimeout(timer);
      finish();
    };
    const timer = setTimeout(() => settle(resolve), seconds * 1000);
    const options = { once: true, signal: end.signal };
    // Node, where the command line runs, has no such event.
    if ('addEventListener' in globalThis)
      globalThis.addEventListener('online', () => settle(resolve), options);
    signal.addEventListener('abort', () => settle(() => reject(signal.reason as Error)), options);
    if (signal.aborted) settle(() => reject(signal.reason as Error));
  });
}
