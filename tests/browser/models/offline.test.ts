/** A stored model in use: read from IndexedDB alone, loaded once however many jobs ask. */
import * as Comlink from 'comlink';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runModelDownload } from '../../../src/models/download-model';
import { storedModelUrl } from '../../../src/models/model-address';
import { openPieceStore } from '../../../src/models/piece-store';
import { serveChunks } from '../../../src/protocol/chunk-port';
import { BEGINNING } from '../../../src/protocol/checkpoint';
import { connect, type Connection } from '../../../src/protocol/connect';
import type { SpeechWorker } from '../../../src/protocol/speech';
import jfkUrl from '../../fixtures/jfk.wav?url';
import { readWav } from '../../fixtures/wav';
import { readerOf } from '../speech/chunk-reader';
import { EMBEDDED, openTestHost, type TestHost } from './model-host';

const { signal } = new AbortController();
const model = { url: storedModelUrl(EMBEDDED.id) };
const options = { backend: 'wasm', threads: 2, language: null, from: BEGINNING } as const;
const budget = { batch: 1, chunkSeconds: 30, prefetch: true, context: 'full' } as const;
const store = openPieceStore();
let host: TestHost;
let clip: Float32Array<ArrayBuffer>;
let connection: Connection<SpeechWorker>;

beforeAll(async () => {
  host = openTestHost();
  const download = { ...EMBEDDED, backend: 'wasm' as const, hosts: [host.url] };
  await runModelDownload(download, store, () => undefined, { signal });
  clip = readWav(new Uint8Array(await (await fetch(jfkUrl)).arrayBuffer()));
  const worker = new Worker(new URL('../../../workers/speech.ts', import.meta.url), { type: 'module' });
  connection = await connect<SpeechWorker>(worker, 'speech');
});
afterAll(async () => {
  connection.close();
  await store.removeModel(EMBEDDED.id);
});

function openRecognizer() {
  const { port1, port2 } = new MessageChannel();
  serveChunks(port1, readerOf([clip.slice()]));
  return connection.remote.openRecognizer(model, options, Comlink.transfer(port2, [port2]), signal);
}

test('a second visit asks the host for nothing, and two jobs at once share one load', async () => {
  // Whatever is asked of the host from now on would be refused.
  await host.fail({ kind: 'refuse', status: 403, times: 0 });
  const before = await host.log();
  const [first, second] = await Promise.all([openRecognizer(), openRecognizer()]);
  const texts: string[] = [];
  for (const recognizer of [first, second]) {
    const { segments } = await recognizer.next(budget);
    texts.push(segments.map(({ text }) => text).join(' '));
  }
  expect(texts[0]).not.toBe('');
  expect(texts[1]).toBe(texts[0]);
  expect((await first.describe()).loadSeconds).toBe((await second.describe()).loadSeconds);
  expect(await connection.remote.unload(1e9)).toBe(0);
  await first.close();
  expect(await second.close()).toEqual({ liveTensors: 0 });
  expect(await host.log()).toEqual(before);

  expect(await connection.remote.unload(1)).toBeGreaterThan(1e6);
  const again = await openRecognizer();
  expect((await again.next(budget)).segments.map(({ text }) => text).join(' ')).toBe(texts[0]);
  await again.close();
});

test('a model loaded ahead is the one that the job gets', async () => {
  await connection.remote.unload(1e9);
  await connection.remote.preload(model, options);
  const recognizer = await openRecognizer();
  expect((await recognizer.describe()).model).toBe(EMBEDDED.id);
  await recognizer.close();
});

test('a model that is not on disk says so', async () => {
  const { port2 } = new MessageChannel();
  const missing = { url: storedModelUrl('some/body') };
  const opening = connection.remote.openRecognizer(
    missing,
    options,
    Comlink.transfer(port2, [port2]),
    signal,
  );
  await expect(opening).rejects.toMatchObject({ code: 'models/absent', values: { model: 'some/body' } });
});
