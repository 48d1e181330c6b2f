/**
 * The job journal, over IndexedDB. A job is one record; its segments lie beside it in batches, in order; what other
 * stages made of it lies under the stage's name.
 * The one decision to know: `append` writes a batch of segments and the new checkpoint in one transaction, so that
 * a crash leaves either both or neither, and no batch is ever rewritten.
 */
import { promisifyRequest } from 'idb-keyval';
import { LonghandError } from '../lib/errors';
import { joinRanges, type TimeRange } from '../lib/time-ranges';
import type { Gap } from '../media/gap';
import type { Segment } from '../speech/segment';
import { openDatabase } from './database';
import { inOrder } from './in-order';
import { parseRecord, type JobRecord } from './job-record';
import type { StageName, StageResult } from './stage-result';

export interface TextBatch {
  segments: Segment[];
  gaps: Gap[];
  /** Where somebody was heard; missing in batches from before it was kept. */
  speech?: TimeRange[];
}

export interface TranscriptStore {
  /** All of them or none. */
  create(jobs: readonly JobRecord[]): Promise<void>;
  change(id: string, change: Partial<JobRecord>): Promise<void>;
  /** One batch of text, and what changes in the job with it: the checkpoint. */
  append(id: string, batch: TextBatch, change: Partial<JobRecord>): Promise<void>;
  /** All jobs, newest first. */
  list(): Promise<JobRecord[]>;
  /** Null where there is none. */
  find(id: string): Promise<JobRecord | null>;
  /** Text of one job, in order of time. */
  load(id: string): Promise<Required<TextBatch>>;
  /** Replaces what the stage gave before. */
  storeStage(id: string, stage: StageName, result: StageResult): Promise<void>;
  /** Null where the stage has not run. */
  loadStage(id: string, stage: StageName): Promise<StageResult | null>;
  /** Its text, and begins anew: what other stages made stays. */
  clear(id: string, change: Partial<JobRecord>): Promise<void>;
  /** With its text and all stages. */
  remove(id: string): Promise<void>;
}

const jobKey = (id: string): string => `job:${id}`;
/** Zero-padded, so that the order of keys is the order of time. */
const textKey = (id: string, index: number): string => `text:${id}:${String(index).padStart(8, '0')}`;
const stageKey = (id: string, stage: StageName): string => `stage:${id}:${stage}`;
const startingWith = (prefix: string): IDBKeyRange => IDBKeyRange.bound(prefix, `${prefix}\uffff`);

/** Throws `store/quota-exceeded` and `store/unavailable` from every method. */
export function openTranscriptStore(databaseName = 'longhand-transcripts'): TranscriptStore {
  const database = openDatabase(databaseName, 'transcripts');
  return {
    create: (jobs) =>
      database.write('strict', sizeOf(jobs), (store) => {
        for (const job of jobs) store.put(job, jobKey(job.id));
      }),
    change: (id, change) =>
      database.write('strict', sizeOf(change), async (store) => {
        const job = await stored(store, id);
        store.put({ ...job, ...change }, jobKey(id));
      }),
    // Relaxed: it comes every few seconds, outlives the death of the browser, and a power failure costs only time.
    append: (id, batch, change) =>
      database.write('relaxed', sizeOf(batch), async (store) => {
        const job = await stored(store, id);
        store.put(batch, textKey(id, job.batches));
        store.put({ ...job, ...change, batches: job.batches + 1 }, jobKey(id));
      }),
    list: () =>
      database.read(async (store) => {
        const jobs = await promisifyRequest<JobRecord[]>(store.getAll(startingWith('job:')));
        return jobs.map(parseRecord).sort((a, b) => b.createdAt - a.createdAt);
      }),
    find: (id) => database.read((store) => found(store, id)),
    load: (id) =>
      database.read(async (store) => {
        const batches = await promisifyRequest<TextBatch[]>(store.getAll(startingWith(`text:${id}:`)));
        return {
          segments: inOrder(batches.flatMap((batch) => batch.segments)),
          gaps: batches.flatMap((batch) => batch.gaps),
          speech: joinRanges(batches.flatMap(({ speech = [] }) => speech)),
        };
      }),
    storeStage: (id, stage, result) =>
      // Labels are changed one after the other by hand, and a person waits for each; like text they outlive the browser.
      database.write(stage === 'speakers' ? 'relaxed' : 'strict', sizeOf(result), async (store) => {
        await stored(store, id);
        store.put(result, stageKey(id, stage));
      }),
    loadStage: (id, stage) =>
      database.read(
        async (store) =>
          (await promisifyRequest<StageResult | undefined>(store.get(stageKey(id, stage)))) ?? null,
      ),
    clear: (id, change) =>
      database.write('strict', 0, async (store) => {
        const job = await stored(store, id);
        store.delete(startingWith(`text:${id}:`));
        store.put({ ...job, ...change, batches: 0 }, jobKey(id));
      }),
    remove: (id) =>
      database.write('strict', 0, (store) => {
        store.delete(jobKey(id));
        store.delete(startingWith(`text:${id}:`));
        store.delete(startingWith(`stage:${id}:`));
      }),
  };
}

async function found(store: IDBObjectStore, id: string): Promise<JobRecord | null> {
  const job = await promisifyRequest<JobRecord | undefined>(store.get(jobKey(id)));
  return job ? parseRecord(job) : null;
}

async function stored(store: IDBObjectStore, id: string): Promise<JobRecord> {
  const job = await found(store, id);
  if (!job) throw new LonghandError('store/unavailable', { detail: `job ${id} is not in the store` });
  return job;
}

/** What the write would have needed, roughly: text dominates, or numbers that are not worth writing out to be counted. */
function sizeOf(value: unknown): number {
  let numbers = 0;
  const text = JSON.stringify(value, (_, each: unknown) => {
    if (!ArrayBuffer.isView(each)) return each;
    numbers += each.byteLength;
    return 0;
  });
  return text.length + numbers;
}
