/**
 * One object store of an IndexedDB database, with the durability each write asks for: idb-keyval opens its
 * transactions without it. In: what to do in a transaction. Out: its result, once the transaction is complete.
 * The one decision to know: after a failure the connection is opened anew, once, and the work tried again. Near the
 * quota browsers give up a connection for good, with errors that say nothing of it (element-hq storage notes).
 */
import { promisifyRequest } from 'idb-keyval';
import { LonghandError } from '../lib/errors';

export interface Database {
  /** Throws `store/quota-exceeded` and `store/unavailable`. `run` may be called twice. */
  read<T>(run: (store: IDBObjectStore) => T | PromiseLike<T>): Promise<T>;
  /** `strict` resolves when it is on the disk, `relaxed` when the system has it: enough for a process that dies. */
  write(
    durability: IDBTransactionDurability,
    neededBytes: number,
    run: (store: IDBObjectStore) => unknown,
  ): Promise<void>;
}

export function openDatabase(name: string, storeName: string): Database {
  let opened: Promise<IDBDatabase> | null = null;

  function open(): Promise<IDBDatabase> {
    const request = indexedDB.open(name);
    request.onupgradeneeded = () => request.result.createObjectStore(storeName);
    const opening = promisifyRequest(request).then((database) => {
      const forget = () => {
        if (opened === opening) opened = null;
      };
      database.onclose = forget;
      // A newer page wants to change the layout: this one must let go, and opens it anew with its next write.
      database.onversionchange = () => {
        forget();
        database.close();
      };
      return database;
    });
    opened = opening;
    opening.catch(() => (opened = null));
    return opening;
  }

  async function reopen(): Promise<void> {
    const former = opened;
    opened = null;
    (await former?.catch(() => null))?.close();
  }

  async function attempt<T>(work: (database: IDBDatabase) => Promise<T>, neededBytes: number): Promise<T> {
    try {
      return await work(await (opened ?? open()));
    } catch (error) {
      if (!(error instanceof DOMException) || error.name === 'QuotaExceededError')
        throw storeError(error, neededBytes);
      await reopen();
    }
    try {
      return await work(await open());
    } catch (error) {
      throw storeError(error, neededBytes);
    }
  }

  return {
    read: (run) =>
      attempt(async (database) => run(database.transaction(storeName, 'readonly').objectStore(storeName)), 0),
    write: (durability, neededBytes, run) =>
      attempt(async (database) => {
        const transaction = database.transaction(storeName, 'readwrite', { durability });
        const done = promisifyRequest(transaction);
        // Whichever comes first is thrown; the other must not count as unheard.
        done.catch(() => undefined);
        try {
          await run(transaction.objectStore(storeName));
        } catch (error) {
          if (transaction.error === null) tryAbort(transaction);
          throw transaction.error ?? error;
        }
        await done;
      }, neededBytes),
  };
}

/** All or nothing: a failure between two writes takes the first one back. */
function tryAbort(transaction: IDBTransaction): void {
  try {
    transaction.abort();
  } catch {
    // It has ended already, and with it what it wrote.
  }
}

function storeError(error: unknown, neededBytes: number): unknown {
  if (!(error instanceof DOMException)) return error;
  return error.name === 'QuotaExceededError'
    ? new LonghandError('store/quota-exceeded', { neededBytes }, { retryable: true, cause: error })
    : new LonghandError('store/unavailable', { detail: `${error.name}: ${error.message}` }, { cause: error });
}
