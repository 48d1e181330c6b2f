import { zipSync } from 'fflate';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { runModelImport } from '../../../src/models/import/import-model';
import type { ImportFile } from '../../../src/models/import/import-source';
import { openPieceStore, type PieceStore } from '../../../src/models/piece-store';
import { sha256 } from '../../../src/models/sha256';
import { createStoredModelFiles } from '../../../src/models/stored-model-files';
import { createInitializer } from '../../../src/models/patch/graph-builder';
import { parseModel, writeModel } from '../../../src/models/patch/onnx-model';
import { Message } from '../../../src/models/patch/protobuf';
import { DECODER, ENCODER, freshDatabase, seededRandom } from './model-host';

type Contents = Record<string, Uint8Array<ArrayBuffer>>;

const { signal } = new AbortController();
const PATHS = [
  'config.json',
  'generation_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  ENCODER,
  DECODER,
];
const databases: string[] = [];
let embedded: Contents;

beforeAll(async () => {
  const entries = PATHS.map(async (path) => {
    const response = await fetch(`/models/embedded/${path}`);
    return [path, new Uint8Array(await response.arrayBuffer())] as const;
  });
  embedded = Object.fromEntries(await Promise.all(entries));
});

afterEach(() => {
  for (const name of databases.splice(0)) indexedDB.deleteDatabase(name);
});

function openStore(): PieceStore {
  const name = freshDatabase();
  databases.push(name);
  return openPieceStore(name);
}

const asFiles = (contents: Contents, folder = ''): ImportFile[] =>
  Object.entries(contents).map(([path, bytes]) => ({ path: `${folder}${path}`, file: new Blob([bytes]) }));
const asZip = (contents: Contents, folder = '', level: 0 | 6 = 0): ImportFile[] => {
  const inFolder = Object.fromEntries(
    Object.entries(contents).map(([path, bytes]) => [folder + path, bytes]),
  );
  return [{ path: 'model.zip', file: new Blob([zipSync(inFolder, { level })]) }];
};

const importing = (files: ImportFile[], store = openStore(), name = 'My model') =>
  runModelImport(name, files, store, () => undefined, { signal, pieceBytes: 1024 * 1024 });

/** Importing fails with `code`, and nothing of it stays. */
async function refusal(files: ImportFile[], code: string): Promise<unknown> {
  const store = openStore();
  const error: unknown = await importing(files, store).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code });
  expect(await store.listModels()).toEqual([]);
  expect(await store.listFiles('import/My-model')).toEqual([]);
  return error;
}

test('a folder, loose files and a zip give the same model', async () => {
  const loose = Object.fromEntries(
    Object.entries(embedded).map(([path, bytes]) => [path.split('/').at(-1)!, bytes]),
  );
  const ways = [
    asFiles(embedded, 'whisper/'),
    asFiles(loose),
    asZip(embedded, 'a folder/'),
    asZip(embedded, '', 6),
  ];
  for (const files of ways) {
    const store = openStore();
    const model = await importing(files, store);
    expect(model).toMatchObject({ id: 'import/My-model', state: 'verified', origin: { kind: 'import' } });
    const stored = createStoredModelFiles(store, model.id);
    for (const [path, bytes] of Object.entries(embedded)) {
      expect(await sha256((await stored.read(path, { signal }))!)).toBe(await sha256(bytes));
    }
  }
});

test('a second model of the same name gets a name of its own', async () => {
  const store = openStore();
  await importing(asFiles(embedded), store, '../../etc: passwd');
  expect((await importing(asFiles(embedded), store, '../../etc: passwd')).id).toBe('import/etc-passwd-2');
});

test('what is missing is named', async () => {
  const { 'tokenizer.json': _tokenizer, [DECODER]: _decoder, ...rest } = embedded;
  expect(await refusal(asFiles(rest), 'models/incomplete')).toMatchObject({
    values: { missing: ['tokenizer.json', ENCODER, DECODER] },
  });
  await refusal(asFiles({ 'notes.txt': new Uint8Array(3) }), 'models/incomplete');
  await refusal(asZip({ 'notes.txt': new Uint8Array(3) }), 'models/incomplete');
});

const json = (path: string, change: Record<string, unknown>): Contents => {
  const value = JSON.parse(new TextDecoder().decode(embedded[path])) as Record<string, unknown>;
  return { ...embedded, [path]: new TextEncoder().encode(JSON.stringify({ ...value, ...change })) };
};

test('a configuration, tokenizer or graph of another model is refused with what disagrees', async () => {
  const detail = async (contents: Contents) =>
    ((await refusal(asFiles(contents), 'models/invalid')) as { values: { detail: string } }).values.detail;
  expect(await detail(json('config.json', { model_type: 'llama' }))).toContain('model_type is "llama"');
  expect(await detail(json('config.json', { d_model: 1e9 }))).toContain('d_model is 1000000000');
  expect(await detail(json('config.json', { vocab_size: 51_865 }))).toContain(
    'tokenizer.json: it has 2534 tokens',
  );
  expect(await detail(json('config.json', { num_mel_bins: 128 }))).toContain('80 mel bins, not 128');
  expect(await detail(json('config.json', { decoder_layers: 4 }))).toContain('3 layers, not 4');
  expect(await detail({ ...embedded, 'config.json': new TextEncoder().encode('[') })).toContain('no');
  expect(await detail({ ...embedded, [ENCODER]: embedded[DECODER]! })).toContain('input_features');
});

/** The encoder with one initializer more, whose content lies in another file. */
function withExternalData(encoder: Uint8Array): Uint8Array<ArrayBuffer> {
  const model = parseModel(encoder);
  const entry = (key: string, value: string) => new Message().string(1, key).string(2, value);
  const encoded = new Message().integers(1, [4]).integer(2, 1).string(8, 'outside');
  encoded.message(13, entry('location', '../../etc/passwd')).integer(14, 1);
  model.graph.initializers.push({ ...createInitializer('outside', 1, [4], new Uint8Array(16)), encoded });
  return writeModel(model).join();
}

test('weights outside the file, cut-off files and noise are refused before any runtime sees them', async () => {
  const encoder = embedded[ENCODER]!;
  const random = seededRandom(3);
  const noise = new Uint8Array(100_000).map(() => Math.floor(random() * 256));
  const hostile = [
    withExternalData(encoder),
    encoder.slice(0, encoder.byteLength / 2),
    noise,
    new Uint8Array(),
    new TextEncoder().encode('<!doctype html>'),
  ];
  for (const bytes of hostile) {
    const { [ENCODER]: _good, ...rest } = embedded;
    const store = openStore();
    await expect(importing(asFiles({ ...rest, [ENCODER]: bytes }), store)).rejects.toMatchObject({
      code: 'models/invalid',
    });
    expect(await store.listModels()).toEqual([]);
  }
});

test('changed bytes anywhere in the graph end in a refusal or a model, never in anything else', async () => {
  const random = seededRandom(5);
  const { [ENCODER]: encoder, ...rest } = embedded;
  const store = openStore();
  for (let round = 0; round < 12; round++) {
    const changed = encoder!.slice();
    // The first bytes and the list of nodes are where lengths are.
    for (let flips = 0; flips < 4; flips++)
      changed[Math.floor(random() * 60_000)] = Math.floor(random() * 256);
    const outcome: unknown = await importing(asFiles({ ...rest, [ENCODER]: changed }), store).catch(
      (error: unknown) => error,
    );
    const known = ['models/invalid', 'models/incomplete'].includes((outcome as { code?: string }).code ?? '');
    expect(known || (outcome as { state?: string }).state === 'verified').toBe(true);
    for (const { id } of await store.listModels()) await store.removeModel(id);
  }
});

test('a zip that is cut off or holds a bomb is refused', async () => {
  const [zip] = asZip(embedded);
  await refusal([{ path: 'm.zip', file: zip!.file.slice(0, zip!.file.size / 2) }], 'models/invalid');
  const bomb = { ...embedded, 'tokenizer.json': new Uint8Array(100 * 1024 * 1024) };
  await refusal(asZip(bomb, '', 6), 'models/invalid');
});

test('an import that is stopped leaves nothing', async () => {
  const store = openStore();
  const stop = new AbortController();
  const run = runModelImport('x', asFiles(embedded), store, () => stop.abort(new Error('stopped')), {
    signal: stop.signal,
    pieceBytes: 1024 * 1024,
  });
  await expect(run).rejects.toThrow('stopped');
  expect(await store.listModels()).toEqual([]);
});
