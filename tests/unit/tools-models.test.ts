import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runModelCheck } from '../../src/models/check-model';
import { runModelDownload } from '../../src/models/download-model';
import { storedModels } from '../../src/models/model-shelf';
import { openModelServer } from '../../tools/model-server/server';
import type { Fault, LoggedRequest } from '../../tools/model-server/fault';
import { UsageError } from '../../tools/command-line/usage';
import { parseCommandLine } from '../../tools/models/command-line';
import { openFolderStore } from '../../tools/models/folder-store';
import { main } from '../../tools/models/main';

const EMBEDDED = resolve('public/models/embedded');
const ENCODER = 'onnx/encoder_model_quantized.onnx';
const { signal } = new AbortController();

async function setUp() {
  const folder = await mkdtemp(join(tmpdir(), 'longhand-models-'));
  const server = await openModelServer({ 'longhand/embedded': EMBEDDED });
  onTestFinished(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });
  const order = (faults: Fault[]) =>
    fetch(`${server.url}/s/test/faults`, { method: 'PUT', body: JSON.stringify(faults) });
  return { folder, order, host: `${server.url}/s/test` };
}

const sha256 = async (path: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');

const download = (host: string) => ({
  id: 'longhand/embedded',
  revision: 'main',
  backend: 'wasm' as const,
  hosts: [host],
});
const options = {
  pieceBytes: 1024 * 1024,
  patience: { retries: 3, firstWaitSeconds: 0, longestWaitSeconds: 0 },
  signal,
};

test('a download into a folder survives breaks, and the folder is in hub layout', async () => {
  const { folder, order, host } = await setUp();
  await order([
    { kind: 'drop', atByte: 1_500_000, path: ENCODER },
    { kind: 'corrupt', atByte: 100, path: 'decoder_model_merged_quantized' },
  ]);
  const store = openFolderStore(folder);
  const model = await runModelDownload(download(host), store, () => undefined, options);
  expect(model.state).toBe('verified');
  for (const { path } of model.files) {
    expect(await sha256(join(folder, 'longhand', 'embedded', path))).toBe(await sha256(join(EMBEDDED, path)));
  }
});

test('a stopped download goes on in the next run, from what lies there as .part', async () => {
  const { folder, host } = await setUp();
  const stop = new AbortController();
  const first = runModelDownload(
    download(host),
    openFolderStore(folder),
    ({ doneBytes }) => doneBytes > 3e6 && stop.abort(new Error('stopped')),
    { ...options, signal: stop.signal },
  );
  await expect(first).rejects.toThrow('stopped');
  const [partial] = await storedModels(openFolderStore(folder));
  expect(partial).toMatchObject({ state: 'partial' });
  const stored = partial!.storedBytes;
  let firstStep: number | null = null;
  await runModelDownload(
    download(host),
    openFolderStore(folder),
    ({ doneBytes }) => (firstStep ??= doneBytes),
    options,
  );
  expect(firstStep).toBe(stored);
  expect(await sha256(join(folder, 'longhand', 'embedded', ENCODER))).toBe(
    await sha256(join(EMBEDDED, ENCODER)),
  );
});

test('a changed byte in the folder is noticed, and mended by one piece', async () => {
  const { folder, host } = await setUp();
  const store = openFolderStore(folder);
  await runModelDownload(download(host), store, () => undefined, options);
  const path = join(folder, 'longhand', 'embedded', ENCODER);
  const bytes = await readFile(path);
  bytes[5_000_000]! ^= 1;
  await writeFile(path, bytes);
  const log = async () => (await (await fetch(`${host}/log`)).json()) as LoggedRequest[];
  const before = (await log()).length;
  expect(await runModelCheck('longhand/embedded', store, () => undefined, { signal })).toMatchObject({
    state: 'verified',
  });
  expect(await sha256(path)).toBe(await sha256(join(EMBEDDED, ENCODER)));
  const [again, ...more] = (await log()).slice(before);
  expect(more).toEqual([]);
  expect(again).toMatchObject({ path: ENCODER, fromByte: 4 * 1024 * 1024, toByte: 5 * 1024 * 1024 });
});

test('damage that nobody can mend is said, and the file known as corrupt', async () => {
  const { folder } = await setUp();
  expect(await main(['import', EMBEDDED, '--name', 'mine', '--folder', folder], folder)).toBe(0);
  const path = join(folder, 'import', 'mine', ENCODER);
  const bytes = await readFile(path);
  bytes[5_000_000]! ^= 1;
  await writeFile(path, bytes);
  expect(await main(['check', 'import/mine', '--folder', folder], folder)).toBe(1);
  expect(await storedModels(openFolderStore(folder))).toMatchObject([{ state: 'corrupt' }]);
});

test('int8 made here is made again where it is damaged', async () => {
  const { folder, order, host } = await setUp();
  await order([{ kind: 'hide', path: '_quantized', times: 0 }]);
  expect(await main(['download', 'longhand/embedded', '--host', host, '--folder', folder], folder)).toBe(0);
  const path = join(folder, 'longhand', 'embedded', 'onnx', 'encoder_model_int8.onnx');
  const sound = await sha256(path);
  const bytes = await readFile(path);
  bytes[5_000_000]! ^= 1;
  await writeFile(path, bytes);
  expect(await main(['check', 'longhand/embedded', '--folder', folder], folder)).toBe(0);
  expect(await sha256(path)).toBe(sound);
});

test('orders, with the hub as the host unless told otherwise', () => {
  expect(parseCommandLine(['download', 'a/b']).order).toEqual({
    command: 'download',
    id: 'a/b',
    backend: 'wasm',
    hosts: ['https://huggingface.co'],
    revision: 'main',
  });
  expect(parseCommandLine(['quantize', 'a/b', '--form', 'q4']).order).toMatchObject({ form: 'q4' });
  expect(parseCommandLine(['quantize', 'a/b']).order).toMatchObject({ form: 'suited' });
  expect(parseCommandLine(['list', '--folder', 'x']).folder).toBe('x');
  for (const wrong of [
    [],
    ['fly'],
    ['download'],
    ['download', 'a/b', 'c/d'],
    ['list', '--odd'],
    ['import'],
    ['check'],
  ]) {
    expect(() => parseCommandLine(wrong)).toThrow(UsageError);
  }
});

test('exit codes: 0 done, 1 failed, 2 wrong use', async () => {
  const { folder, host } = await setUp();
  const run = (...args: string[]) => main([...args, '--folder', folder], folder);
  for (const command of ['list', 'catalog', 'recommend']) expect(await run(command)).toBe(0);
  expect(await run('download', 'longhand/nothing', '--host', host)).toBe(1);
  expect(await run('remove', 'a/b')).toBe(1);
  expect(await run('download', 'nothing')).toBe(2);
  expect(await run('import', EMBEDDED, '--name', 'mine')).toBe(0);
  expect(await run('remove', 'import/mine')).toBe(0);
  expect(await openFolderStore(folder).listModels()).toEqual([]);
});
