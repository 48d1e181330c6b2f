import { createStore, type UseStore } from 'idb-keyval';
import { afterEach, expect, test } from 'vitest';
import { LonghandError } from '../../../src/lib/errors';
import { type FileDownload, runFileDownload } from '../../../src/models/download-file';
import { fileUrl } from '../../../src/models/hub';
import { openPieceStore, type PieceStore } from '../../../src/models/piece-store';
import { runRepair } from '../../../src/models/repair';
import { sha256 } from '../../../src/models/sha256';
import { createStoredModelFiles, type Repair } from '../../../src/models/stored-model-files';
import { DECODER, EMBEDDED, freshDatabase, NO_WAITING, openTestHost, seededRandom } from './model-host';

const PIECE = 1024 * 1024;
const signal = new AbortController().signal;
const patient = { signal, stallSeconds: 5 };
const databases: string[] = [];

afterEach(() => {
  for (const name of databases.splice(0)) indexedDB.deleteDatabase(name);
});

async function downloaded() {
  const name = freshDatabase();
  databases.push(name);
  const host = openTestHost();
  const store = openPieceStore(name);
  const download: FileDownload = {
    model: EMBEDDED.id,
    file: { path: DECODER, sizeBytes: null, sha256: null },
    hosts: [host.url],
    urlAt: (at) => fileUrl(at, EMBEDDED, DECODER),
    store,
    pieceBytes: PIECE,
    patience: NO_WAITING,
    onBytes: () => undefined,
  };
  const record = await runFileDownload(download, patient);
  const repair: Repair = (file, pieces) => runRepair(file, pieces, download, patient);
  return { host, store, record, repair, raw: createStore(name, 'pieces') };
}

const original = async (): Promise<string> =>
  sha256(new Uint8Array(await (await fetch(fileUrl(openTestHost().url, EMBEDDED, DECODER))).arrayBuffer()));

/** Reads the decoder as the engine would, and gives its SHA-256. */
async function readBack(store: PieceStore, repair: Repair | null = null): Promise<string> {
  const bytes = await createStoredModelFiles(store, EMBEDDED.id, repair).read(DECODER, { signal });
  return sha256(bytes!);
}

const pieceKey = (index: number): string =>
  `piece:${EMBEDDED.id}|${DECODER}|${String(index).padStart(8, '0')}`;

/** Writes past the store, as a failing disk would. */
async function change(raw: UseStore, key: string, turn: (bytes: Uint8Array) => unknown): Promise<void> {
  await raw('readwrite', (store) => {
    const request = store.get(key);
    request.onsuccess = () => store.put(turn(request.result as Uint8Array), key);
    return new Promise((resolve, reject) => {
      store.transaction.oncomplete = resolve;
      store.transaction.onabort = reject;
    });
  });
}

test('what is read is what the host has', async () => {
  const { store } = await downloaded();
  expect(await readBack(store)).toBe(await original());
});

test('any stored byte changed: found before use, made good by one piece', async () => {
  const { host, store, record, repair, raw } = await downloaded();
  const whole = await original();
  const random = seededRandom(1);
  for (let round = 0; round < 20; round++) {
    const atByte = Math.floor(random() * record.receivedBytes);
    const index = Math.floor(atByte / PIECE);
    await change(raw, pieceKey(index), (bytes) => {
      bytes[atByte % PIECE]! ^= 1 << Math.floor(random() * 8);
      return bytes;
    });
    await expect(readBack(store)).rejects.toMatchObject({
      code: 'models/corrupt',
      values: { file: DECODER },
    });
    expect((await store.loadFile(EMBEDDED.id, DECODER))?.state).toBe('corrupt');

    const before = (await host.log()).length;
    expect(await readBack(store, repair)).toBe(whole);
    expect((await store.loadFile(EMBEDDED.id, DECODER))?.state).toBe('verified');
    const asked = (await host.log()).slice(before);
    expect(asked.map(({ fromByte, toByte }) => [fromByte, toByte])).toEqual([
      [index * PIECE, Math.min((index + 1) * PIECE, record.receivedBytes)],
    ]);
  }
});

test('a piece that is gone, cut short or of another kind is made good as well', async () => {
  const { store, repair, raw } = await downloaded();
  const whole = await original();
  const turns = [(bytes: Uint8Array) => bytes.slice(0, 1000), () => 'not bytes', () => undefined];
  for (const turn of turns) {
    await change(raw, pieceKey(2), turn);
    expect(await readBack(store, repair)).toBe(whole);
  }
});

test('a record whose piece hashes are wrong costs the file, not the truth', async () => {
  const { store, record, repair } = await downloaded();
  await store.storeFile({ ...record, pieces: record.pieces.map((hash) => hash.replace(/^./, 'g')) });
  expect(await readBack(store, repair)).toBe(await original());
  expect((await store.loadFile(EMBEDDED.id, DECODER))?.pieces).toEqual(record.pieces);
});

test('a file that is not complete counts as not there', async () => {
  const { store, record } = await downloaded();
  await store.storeFile({ ...record, state: 'partial' });
  expect(await createStoredModelFiles(store, EMBEDDED.id).read(DECODER, { signal })).toBeNull();
});

test('removing a model leaves nothing of it, and others alone', async () => {
  const { store, record, raw } = await downloaded();
  await store.storePiece({ ...record, model: `${EMBEDDED.id}2` }, 0, new Uint8Array(10));
  await store.removeModel(EMBEDDED.id);
  const keys = await raw(
    'readonly',
    (all) =>
      new Promise<IDBValidKey[]>((resolve) => {
        const request = all.getAllKeys();
        request.onsuccess = () => resolve(request.result);
      }),
  );
  expect(keys).toEqual([`file:${EMBEDDED.id}2|${DECODER}`, `piece:${EMBEDDED.id}2|${DECODER}|00000000`]);
});

test('storage that fails at its n-th call, once or from then on: an error with a code, and the next run completes', async () => {
  for (const lasting of [false, true]) {
    for (let failAt = 1; ; failAt++) {
      const name = freshDatabase();
      databases.push(name);
      let calls = 0;
      const failing = (database: string, object: string): UseStore => {
        const real = createStore(database, object);
        return (mode, run) => {
          calls += 1;
          const fails = lasting ? calls >= failAt : calls === failAt;
          return fails ? Promise.reject(new DOMException('disk', 'UnknownError')) : real(mode, run);
        };
      };
      const host = openTestHost();
      const attempt = (store: PieceStore) =>
        runFileDownload(
          {
            model: EMBEDDED.id,
            file: { path: DECODER, sizeBytes: null, sha256: null },
            hosts: [host.url],
            urlAt: (at) => fileUrl(at, EMBEDDED, DECODER),
            store,
            pieceBytes: 2 * PIECE,
            patience: NO_WAITING,
            onBytes: () => undefined,
          },
          patient,
        );
      const outcome: unknown = await attempt(openPieceStore(name, failing)).catch((error: unknown) => error);
      if (lasting && outcome instanceof LonghandError) expect(outcome.code).toBe('store/unavailable');
      else expect(outcome).toMatchObject({ state: 'verified' });
      expect((await attempt(openPieceStore(name))).state).toBe('verified');
      if (calls < failAt) break;
    }
  }
});
