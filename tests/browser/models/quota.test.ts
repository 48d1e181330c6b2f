import { promisifyRequest, type UseStore } from 'idb-keyval';
import { afterEach, expect, test } from 'vitest';
import { cdp } from 'vitest/browser';
import { isLonghandError } from '../../../src/lib/errors';
import { runModelDownload } from '../../../src/models/download-model';
import { listingUrl, parseListing } from '../../../src/models/hub';
import { chooseFiles, dtypeOrder } from '../../../src/models/model-layout';
import { openPieceStore } from '../../../src/models/piece-store';
import type { ModelRecord } from '../../../src/models/stored-model';
import { createStoredModelFiles } from '../../../src/models/stored-model-files';
import { EMBEDDED, NO_WAITING, openTestHost } from './model-host';

interface ChromiumSession {
  send(method: 'Storage.getUsageAndQuota', parameters: { origin: string }): Promise<{ usage: number }>;
  send(
    method: 'Storage.overrideQuotaForOrigin',
    parameters: { origin: string; quotaSize?: number },
  ): Promise<unknown>;
}

const PIECE = 1024 * 1024;
const signal = new AbortController().signal;
const { origin } = location;
const chromium = () => cdp() as unknown as ChromiumSession;
const opened: string[] = [];

/** A part of the origin's storage of its own: Chromium goes by what it granted the rest, for up to 30 s. */
interface StorageBuckets {
  open(name: string): Promise<{ indexedDB: IDBFactory }>;
  delete(name: string): Promise<void>;
}
const buckets = (navigator as unknown as { storageBuckets: StorageBuckets }).storageBuckets;

function freshBucket(): string {
  const name = crypto.randomUUID();
  opened.push(name);
  return name;
}

function openIn(bucket: { indexedDB: IDBFactory }, database: string, objects: string): UseStore {
  const request = bucket.indexedDB.open(database);
  request.onupgradeneeded = () => request.result.createObjectStore(objects);
  const connection = promisifyRequest(request);
  return async (mode, run) => run((await connection).transaction(objects, mode).objectStore(objects));
}

afterEach(async () => {
  await chromium().send('Storage.overrideQuotaForOrigin', { origin });
  for (const name of opened.splice(0)) await buckets.delete(name);
});

test('a full disk at a quarter, half, three quarters and near the end: bytes needed and free, and all that came is kept', async () => {
  const bucket = await buckets.open(freshBucket());
  const store = openPieceStore('longhand-models', (database, objects) => openIn(bucket, database, objects));
  const { usage } = await chromium().send('Storage.getUsageAndQuota', { origin });
  const host = openTestHost();
  const download = { ...EMBEDDED, backend: 'wasm' as const, hosts: [host.url] };
  const run = () =>
    runModelDownload(download, store, () => undefined, { pieceBytes: PIECE, patience: NO_WAITING, signal });
  const listed: unknown = await (await fetch(listingUrl(host.url, EMBEDDED))).json();
  const chosen = chooseFiles(parseListing(listed), dtypeOrder('wasm'));
  const files = 'files' in chosen ? chosen.files : [];
  const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  let keptBefore = 0;
  // Only upwards: Chromium asks for the quota again when what it was granted before is used up, or after 30 s.
  for (const part of [0.25, 0.5, 0.75, 0.9]) {
    await chromium().send('Storage.overrideQuotaForOrigin', { origin, quotaSize: usage + part * sizeBytes });
    // Something else of the user's, which must not suffer.
    if (part === 0.25) await store.storeModel(OTHER);
    const asked = (await host.log()).length;

    const error: unknown = await run().catch((thrown: unknown) => thrown);
    if (!isLonghandError(error, 'models/quota-exceeded')) throw error;
    const kept = (await store.listFiles(EMBEDDED.id)).reduce((sum, file) => sum + file.receivedBytes, 0);
    expect(kept).toBeGreaterThan(keptBefore);
    expect(error.values).toEqual({
      model: EMBEDDED.id,
      neededBytes: sizeBytes - kept,
      freeBytes: expect.any(Number) as number,
    });
    expect(error.values.freeBytes).toBeLessThanOrEqual(PIECE);
    expect(await store.loadModel(OTHER.id)).toEqual(OTHER);
    const sent = (await host.log()).slice(asked);
    const wanted = sizeBytes - keptBefore;
    expect(sent.reduce((sum, { fromByte, toByte }) => sum + toByte - fromByte, 0)).toBeLessThanOrEqual(
      wanted,
    );
    keptBefore = kept;
  }
  await chromium().send('Storage.overrideQuotaForOrigin', { origin });
  expect(await run()).toMatchObject({ state: 'verified' });
  const stored = createStoredModelFiles(store, EMBEDDED.id);
  for (const { path, sizeBytes } of files) {
    expect((await stored.read(path, { signal }))?.byteLength).toBe(sizeBytes);
  }
});

const OTHER: ModelRecord = { id: 'a/b', origin: { kind: 'import' }, files: [], addedAt: 1, lastUsedAt: 1 };
