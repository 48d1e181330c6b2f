/**
 * Transcripts on disk, over IndexedDB. A job is one record; its segments lie beside it in batches, in order.
 * The one decision to know: `append` writes a batch of segments and the new checkpoint in one transaction, so that
 * a crash leaves either both or neither, and no batch is ever rewritten.
 */
import { createStore, promisifyRequest, type UseStore } from 'idb-keyval';
import { LonghandError, toLonghandError } from '../lib/errors';
import type { Gap } from '../media/gap';
import type { Segment } from '../speech/segment';
import type { JobRecord } from './job-record';

export interface TextBatch {
  segments: Segment[];
  gaps: Gap[];
}

export interface TranscriptStore {
  create(job: JobRecord): Promise<void>;
  change(id: string, change: Partial<JobRecord>): Promise<void>;
  /** One batch of text, and what changes in the job with it: the checkpoint. */
  append(id: string, batch: TextBatch, change: Partial<JobRecord>): Promise<void>;
  /** All jobs, newest first. */
  list(): Promise<JobRecord[]>;
  /** Text of one job, in order of time. */
  load(id: string): Promise<TextBatch>;
  remove(id: string): Promise<void>;
}

const jobKey = (id: string): string => `job:${id}`;
/** Zero-padded, so that the order of keys is the order of time. */
const textKey = (id: string, index: number): string => `text:${id}:${String(index).padStart(8, '0')}`;
const startingWith = (prefix: string): IDBKeyRange => IDBKeyRange.bound(prefix, `${prefix}\uffff`);

/** Throws `store/quota-exceeded` and `store/unavailable` from every method. */
export function openTranscriptStore(databaseName = 'longhand-transcripts'): TranscriptStore {
  let opened: UseStore | null = null;
  const transaction = async <T>(
    mode: IDBTransactionMode,
    neededBytes: number,
    run: (store: IDBObjectStore) => T | PromiseLike<T>,
  ): Promise<T> => {
    try {
      return await (opened ??= createStore(databaseName, 'transcripts'))(mode, run);
    } catch (error) {
      throw storeError(error, neededBytes);
    }
  };
  /** Resolves when the transaction is complete, not when the request is. */
  const write = (neededBytes: number, run: (store: IDBObjectStore) => unknown): Promise<void> =>
    transaction('readwrite', neededBytes, async (store) => {
      const done = promisifyRequest(store.transaction);
      await run(store);
      await done;
    });

  return {
    create: (job) => write(sizeOf(job), (store) => store.put(job, jobKey(job.id))),
    change: (id, change) =>
      write(sizeOf(change), async (store) => {
        const job = await stored(store, id);
        store.put({ ...job, ...change }, jobKey(id));
      }),
    append: (id, batch, change) =>
      write(sizeOf(batch), async (store) => {
        const job = await stored(store, id);
        store.put(batch, textKey(id, job.batches));
        store.put({ ...job, ...change, batches: job.batches + 1 }, jobKey(id));
      }),
    list: () =>
      transaction('readonly', 0, async (store) => {
        const jobs = await promisifyRequest<JobRecord[]>(store.getAll(startingWith('job:')));
        return jobs.sort((a, b) => b.createdAt - a.createdAt);
      }),
    load: (id) =>
      transaction('readonly', 0, async (store) => {
        const batches = await promisifyRequest<TextBatch[]>(store.getAll(startingWith(`text:${id}:`)));
        return {
          segments: batches.flatMap((batch) => batch.segments),
          gaps: batches.flatMap((batch) => batch.gaps),
        };
      }),
    remove: (id) =>
      write(0, (store) => {
        store.delete(jobKey(id));
        store.delete(startingWith(`text:${id}:`));
      }),
  };
}

async function stored(store: IDBObjectStore, id: string): Promise<JobRecord> {
  const job = await promisifyRequest<JobRecord | undefined>(store.get(jobKey(id)));
  if (!job) throw new LonghandError('store/unavailable', { detail: `job ${id} is not in the store` });
  return job;
}

/** What the write would have needed, roughly: text dominates. */
const sizeOf = (value: unknown): number => JSON.stringify(value).length;

function storeError(error: unknown, neededBytes: number): LonghandError {
  if (!(error instanceof DOMException)) return toLonghandError(error);
  return error.name === 'QuotaExceededError'
    ? new LonghandError('store/quota-exceeded', { neededBytes }, { retryable: true, cause: error })
    : new LonghandError('store/unavailable', { detail: `${error.name}: ${error.message}` }, { cause: error });
}
