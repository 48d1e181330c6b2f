import { afterEach, expect, test } from 'vitest';
import { isLonghandError, LonghandError } from '../../../src/lib/errors';
import { type FileDownload, runFileDownload } from '../../../src/models/download-file';
import { runModelDownload } from '../../../src/models/download-model';
import { fileUrl, parseListing } from '../../../src/models/hub';
import type { ModelStep } from '../../../src/models/model-task';
import { openPieceStore } from '../../../src/models/piece-store';
import type { WantedFile } from '../../../src/models/stored-model';
import { createStoredModelFiles } from '../../../src/models/stored-model-files';
import {
  DECODER,
  EMBEDDED,
  ENCODER,
  freshDatabase,
  NO_WAITING,
  openTestHost,
  seededRandom,
} from './model-host';

const PIECE = 1024 * 1024;
const signal = new AbortController().signal;
const databases: string[] = [];

afterEach(() => {
  for (const name of databases.splice(0)) indexedDB.deleteDatabase(name);
});

function openStore() {
  const name = freshDatabase();
  databases.push(name);
  return openPieceStore(name);
}

/** A file of the embedded model from the test host: the decoder (5 MB), in pieces of 1 MB, unless told otherwise. */
async function begin(hosts: readonly string[], change: Partial<FileDownload> = {}) {
  const file = change.file ?? (await listedFile(DECODER));
  const download: FileDownload = {
    model: EMBEDDED.id,
    file,
    hosts,
    urlAt: (host) => fileUrl(host, EMBEDDED, file.path),
    store: openStore(),
    pieceBytes: PIECE,
    patience: NO_WAITING,
    onBytes: () => undefined,
    ...change,
  };
  return {
    ...download,
    run: (until: AbortSignal = signal) => runFileDownload(download, { signal: until, stallSeconds: 2 }),
  };
}

async function listedFile(path: string): Promise<WantedFile> {
  const list = await fetch(`${openTestHost().url}/api/models/${EMBEDDED.id}/tree/main`);
  return parseListing(await list.json()).find((file) => file.path === path)!;
}

test('a file comes in whole and verified, with no more than a piece in a record', async () => {
  const host = openTestHost();
  const download = await begin([host.url]);
  const record = await download.run();
  const { sizeBytes } = download.file;
  expect(record).toMatchObject({ state: 'verified', sizeBytes, receivedBytes: sizeBytes });
  expect(record.pieces).toHaveLength(5);
  expect(record.sha256).toBe((await listedFile(DECODER)).sha256);
  expect(await host.log()).toHaveLength(1);
  await download.run();
  expect(await host.log()).toHaveLength(1);
});

test('a connection broken at 50 random offsets: every download completes, at most one piece comes twice', async () => {
  // When a connection breaks, Chromium drops what it has received and script has not read yet: up to about 2 MB, so
  // pieces are a little larger here, as they are in earnest.
  const pieceBytes = 4 * PIECE;
  const file = await listedFile(ENCODER);
  const random = seededRandom(20261121);
  for (let round = 0; round < 50; round++) {
    const atByte = Math.floor(random() * file.sizeBytes!);
    const host = openTestHost();
    const download = await begin([host.url], { file, pieceBytes });
    await host.fail({ kind: 'drop', atByte });
    const record = await download.run();
    expect(record.state, `broken at ${atByte}`).toBe('verified');
    const log = await host.log();
    expect(log.length).toBeGreaterThan(1);
    const sent = log.reduce((sum, request) => sum + request.toByte - request.fromByte, 0);
    expect(sent - file.sizeBytes!, `broken at ${atByte}`).toBeLessThanOrEqual(pieceBytes);
  }
});

test('a tab closed at 20 random offsets: the next one goes on, at most one piece comes twice', async () => {
  const random = seededRandom(7);
  const { sizeBytes } = await listedFile(DECODER);
  for (let round = 0; round < 20; round++) {
    const atByte = Math.floor(random() * sizeBytes!);
    const host = openTestHost();
    const closed = new AbortController();
    const download = await begin([host.url], {
      onBytes: (receivedBytes) => {
        if (receivedBytes >= atByte) closed.abort(new LonghandError('job/aborted', { atSeconds: 0 }));
      },
    });
    await expect(download.run(closed.signal)).rejects.toMatchObject({ code: 'job/aborted' });
    const stored = (await download.store.loadFile(EMBEDDED.id, DECODER))?.receivedBytes ?? 0;
    expect(atByte - stored, `closed at ${atByte}`).toBeLessThan(PIECE + 1);
    expect((await download.run()).state).toBe('verified');
    const log = await host.log();
    expect(log.at(-1)?.fromByte ?? 0).toBe(stored);
  }
});

test('breaking again and again ends well while there is patience', async () => {
  const host = openTestHost();
  // On a busy machine the browser may drop all that came before a break: then nothing came, and patience is needed.
  const download = await begin([host.url], { patience: { ...NO_WAITING, retries: 12 } });
  const drops = Array.from({ length: 12 }, (_, index) => ({
    kind: 'drop' as const,
    atByte: 400_000 * index + 1,
  }));
  await host.fail(...drops);
  expect((await download.run()).state).toBe('verified');
  expect(await host.log()).toHaveLength(13);
});

test('a server that ignores Range costs bytes but no piece is stored twice', async () => {
  const host = openTestHost();
  const download = await begin([host.url]);
  await host.fail({ kind: 'drop', atByte: 2_500_000 }, { kind: 'ignore-range', times: 0 });
  const record = await download.run();
  expect(record.state).toBe('verified');
  expect((await host.log()).map(({ status }) => status)).toEqual([200, 200]);
});

test('a stall ends by the deadline and is gone on from', async () => {
  const host = openTestHost();
  const download = await begin([host.url]);
  await host.fail({ kind: 'stall', atByte: 3_000_000 });
  expect((await download.run()).state).toBe('verified');
  expect(await host.log()).toHaveLength(2);
});

test('a redirect keeps the range', async () => {
  const host = openTestHost();
  const download = await begin([host.url]);
  await host.fail({ kind: 'drop', atByte: 2_000_000 }, { kind: 'redirect', times: 0 });
  expect((await download.run()).state).toBe('verified');
});

test('an early end with agreeing headers is noticed by the listed size, a flipped bit by the SHA-256', async () => {
  for (const kind of ['truncate', 'corrupt'] as const) {
    const host = openTestHost();
    const download = await begin([host.url]);
    await host.fail({ kind, atByte: 1_234_567 });
    expect((await download.run()).state, kind).toBe('verified');
  }
});

test('a host that serves other bytes for ever is refused, and nothing of them stays', async () => {
  const host = openTestHost();
  const download = await begin([host.url]);
  await host.fail({ kind: 'corrupt', atByte: 1_234_567, times: 0 });
  await expect(download.run()).rejects.toMatchObject({ code: 'models/corrupt', values: { file: DECODER } });
  expect(await download.store.loadFile(EMBEDDED.id, DECODER)).toBeNull();
});

test('rate limits are waited for as long as the host says', async () => {
  const host = openTestHost();
  const waits: number[] = [];
  const download = await begin([host.url], {
    patience: { retries: 3, firstWaitSeconds: 0, longestWaitSeconds: 0.5 },
    onWait: ({ seconds }) => waits.push(seconds),
  });
  await host.fail({ kind: 'refuse', status: 429, retryAfterSeconds: 7200 }, { kind: 'refuse', status: 503 });
  expect((await download.run()).state).toBe('verified');
  expect(waits[0]).toBe(0.5);
});

test('hosts are asked in order: one that refuses, sends a page or is not there leaves it to the next', async () => {
  for (const fault of [
    { kind: 'refuse', status: 403 },
    { kind: 'refuse', status: 404 },
    { kind: 'html' },
  ] as const) {
    const first = openTestHost();
    const mirror = openTestHost();
    const download = await begin(['http://localhost:9', first.url, mirror.url]);
    await first.fail({ ...fault, times: 0 });
    expect((await download.run()).state).toBe('verified');
    expect(await mirror.log()).toHaveLength(1);
  }
});

test('each way of failing has its code', async () => {
  const failing = async (...faults: Parameters<ReturnType<typeof openTestHost>['fail']>) => {
    const host = openTestHost();
    const download = await begin([host.url]);
    await host.fail(...faults);
    const error: unknown = await download.run().catch((thrown: unknown) => thrown);
    return isLonghandError(error) ? error : null;
  };
  expect(await failing({ kind: 'refuse', status: 404, times: 0 })).toMatchObject({
    code: 'models/not-found',
  });
  expect(await failing({ kind: 'html', times: 0 })).toMatchObject({
    code: 'models/host-refused',
    values: { answer: 'a web page instead of the file' },
  });
  expect(await failing({ kind: 'refuse', status: 429, times: 0 })).toMatchObject({
    code: 'models/host-refused',
    retryable: true,
  });
  expect(await failing({ kind: 'drop', atByte: 2_000_000, times: 0 })).toMatchObject({
    code: 'models/interrupted',
    values: { sizeBytes: (await listedFile(DECODER)).sizeBytes },
  });
  const offline = await begin(['http://localhost:9']);
  await expect(offline.run()).rejects.toMatchObject({
    code: 'models/offline',
    values: { hosts: ['localhost:9'] },
  });
});

test('a file that was replaced at the host meanwhile is begun again, not mixed', async () => {
  const host = openTestHost();
  const file = { path: DECODER, sizeBytes: null, sha256: null };
  const { store, pieceBytes } = await begin([host.url], { file });
  const first = await begin([host.url], { file: { ...file, path: ENCODER }, store });
  const stop = new AbortController();
  const half = await begin([host.url], {
    store,
    file,
    urlAt: first.urlAt,
    onBytes: (received) => received > 3 * pieceBytes && stop.abort(),
  });
  await expect(half.run(stop.signal)).rejects.toThrow();
  expect((await store.loadFile(EMBEDDED.id, DECODER))?.etag).toContain((await listedFile(ENCODER)).sha256);
  const record = await (await begin([host.url], { store, file })).run();
  expect(record.sha256).toBe((await listedFile(DECODER)).sha256);
});

test('a whole model: the files of the layout, progress that only grows, and nothing on the second visit', async () => {
  const host = openTestHost();
  const store = openStore();
  const steps: ModelStep[] = [];
  const download = { ...EMBEDDED, backend: 'wasm' as const, hosts: [host.url] };
  const run = () =>
    runModelDownload(download, store, (step) => steps.push(step), {
      pieceBytes: PIECE,
      patience: NO_WAITING,
      signal,
    });
  const model = await run();
  expect(model).toMatchObject({ id: EMBEDDED.id, state: 'verified' });
  expect(model.storedBytes).toBe(model.sizeBytes);
  expect(model.files.map(({ path }) => path)).toEqual([
    'config.json',
    'generation_config.json',
    'tokenizer.json',
    'tokenizer_config.json',
    'preprocessor_config.json',
    ENCODER,
    DECODER,
  ]);
  const received = steps.map(({ doneBytes }) => doneBytes);
  expect(received).toEqual([...received].sort((a, b) => a - b));
  expect(received.at(-1)).toBe(model.sizeBytes);

  const asked = (await host.log()).length;
  const before = performance.getEntriesByType('resource').length;
  await run();
  const files = createStoredModelFiles(store, EMBEDDED.id);
  expect((await files.read(ENCODER, { signal }))?.byteLength).toBe((await listedFile(ENCODER)).sizeBytes);
  expect(await files.read('onnx/encoder_model.onnx', { signal })).toBeNull();
  expect(performance.getEntriesByType('resource').length).toBe(before);
  expect((await host.log()).length).toBe(asked);
});
