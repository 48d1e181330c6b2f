/**
 * Page side of a connection to a worker. In: a started worker. Out: its interface, typed, with every method
 * asynchronous. The one decision to know: a call to a worker that has died rejects with `worker/dead`, where
 * Comlink's own promise would never settle (GoogleChromeLabs/comlink#601).
 */
import * as Comlink from 'comlink';
import { LonghandError } from '../lib/errors';
import { watchLifeline } from './lifeline';
import type { Ready } from './serve';
import { registerTransferHandlers } from './wire';

type Plain<T> = T extends (...args: infer A) => infer R
  ? (...args: A) => Promise<RemoteResult<Awaited<R>>>
  : never;
type Method = (...args: never[]) => unknown;
/** A handle is an object with methods only; anything else crosses as a clone. */
type RemoteResult<R> = R extends object ? (R extends Record<keyof R, Method> ? Remote<R> : R) : R;
export type Remote<T> = { [K in keyof T]: Plain<T[K]> };

export interface Connection<T> {
  remote: Remote<T>;
  /** Aborted with `worker/dead` when the worker is gone, whoever ended it. */
  died: AbortSignal;
  /** Ends the worker at once. Harmless when repeated. */
  close(): void;
}

const START_DEADLINE_MS = 30_000;

/** Resolves when the worker has announced itself. Throws `worker/failed-to-start`. */
export async function connect<T>(worker: Worker, name: string): Promise<Connection<T>> {
  registerTransferHandlers();
  const { lifeline } = await started(worker, name);
  const death = new AbortController();
  const watch = new AbortController();
  const die = () => death.abort(new LonghandError('worker/dead', { worker: name }, { retryable: true }));
  watchLifeline(lifeline, die, watch.signal);
  return {
    remote: guard<T>(Comlink.wrap<T>(worker), death.signal),
    died: death.signal,
    close() {
      watch.abort();
      die();
      worker.terminate();
    },
  };
}

function started(worker: Worker, name: string): Promise<Ready> {
  return new Promise((resolve, reject) => {
    const fail = (detail: string) => {
      settle();
      worker.terminate();
      reject(new LonghandError('worker/failed-to-start', { worker: name, detail }, { retryable: true }));
    };
    const onMessage = (event: MessageEvent<Partial<Ready> | undefined>) => {
      if (event.data?.longhand !== 'ready') return;
      settle();
      resolve(event.data as Ready);
    };
    const onError = (event: ErrorEvent) => fail(event.message || 'its script could not be loaded');
    const timer = setTimeout(() => fail(`no answer in ${START_DEADLINE_MS / 1000} s`), START_DEADLINE_MS);
    const settle = () => {
      clearTimeout(timer);
      worker.removeEventListener('message', onMessage);
      worker.removeEventListener('error', onError);
    };
    worker.addEventListener('message', onMessage);
    worker.addEventListener('error', onError);
  });
}

/**
 * Wraps a Comlink proxy, and every handle that its methods return, so that calls end when the worker does.
 * Closing a handle also gives back the port it was called through.
 */
function guard<T>(proxy: unknown, died: AbortSignal, isHandle = false): Remote<T> {
  const target = proxy as Record<string, (...args: unknown[]) => Promise<unknown>>;
  return new Proxy({} as Remote<T>, {
    get(_, key) {
      // A handle travels through promises, which look for `then`; symbols are not part of any interface.
      if (typeof key !== 'string' || key === 'then') return undefined;
      return async (...args: unknown[]) => {
        const result = await untilDeath(target[key]!(...args), died);
        if (isHandle && key === 'close') (proxy as Comlink.Remote<unknown>)[Comlink.releaseProxy]();
        return isProxy(result) ? guard(result, died, true) : result;
      };
    },
  });
}

const isProxy = (value: unknown): boolean => typeof value === 'function';

function untilDeath<T>(call: Promise<T>, died: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onDeath = () => reject(died.reason as Error);
    if (died.aborted) return onDeath();
    died.addEventListener('abort', onDeath, { once: true });
    call.then(resolve, reject).finally(() => died.removeEventListener('abort', onDeath));
  });
}
