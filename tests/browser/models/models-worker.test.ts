/** The models worker as the page uses it: started for real, over its protocol, with its own database. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { storedModelUrl } from '../../../src/models/model-address';
import { openModelFiles } from '../../../src/models/open-model-files';
import { openPieceStore } from '../../../src/models/piece-store';
import type { ModelProgress, ModelTask } from '../../../src/models/model-task';
import { connect, type Connection, type Remote } from '../../../src/protocol/connect';
import type { ModelsWorker } from '../../../src/protocol/models';
import { DECODER, EMBEDDED, ENCODER, openTestHost } from './model-host';

const { signal } = new AbortController();
let connection: Connection<ModelsWorker>;

beforeEach(async () => {
  const worker = new Worker(new URL('../../../workers/models.ts', import.meta.url), { type: 'module' });
  connection = await connect<ModelsWorker>(worker, 'models');
});
afterEach(async () => {
  for (const { id } of await connection.remote.list()) await connection.remote.remove(id);
  connection.close();
});

async function untilDone(task: Remote<ModelTask>): Promise<ModelProgress[]> {
  const seen: ModelProgress[] = [];
  do seen.push(await task.next());
  while (!seen.at(-1)!.model);
  return seen;
}

const fromHost = (url: string) => ({
  ...EMBEDDED,
  backend: 'wasm' as const,
  wordTimestamps: false,
  hosts: [url],
});

test('a download is watched, listed, read without a network, and removed', async () => {
  const { remote } = connection;
  const host = openTestHost();
  const task = await remote.openDownload(fromHost(host.url), signal);
  const seen = await untilDone(task);
  expect(seen.at(-1)).toMatchObject({ secondsLeft: 0, model: { id: EMBEDDED.id, state: 'verified' } });
  await task.close();
  const [model] = await remote.list();
  expect(model).toMatchObject({ id: EMBEDDED.id, state: 'verified' });
  expect((await remote.room()).usedBytes).toBe(model!.sizeBytes);

  const asked = (await host.log()).length;
  const files = await openModelFiles(storedModelUrl(EMBEDDED.id));
  expect((await files.read(ENCODER, { signal }))?.byteLength).toBeGreaterThan(1e6);
  expect((await host.log()).length).toBe(asked);
  await remote.remove(EMBEDDED.id);
  expect(await remote.list()).toEqual([]);
  await expect(openModelFiles(storedModelUrl(EMBEDDED.id))).rejects.toMatchObject({ code: 'models/absent' });
});

test('closing pauses: what came is kept, and going on fetches the rest', async () => {
  const { remote } = connection;
  const host = openTestHost();
  await host.fail({ kind: 'stall', atByte: 1_000_000, path: DECODER });
  const paused = await remote.openDownload(fromHost(host.url), signal);
  let step = await paused.next();
  while (step.file !== DECODER || step.doneBytes < 8e6) step = await paused.next();
  await expect(remote.remove(EMBEDDED.id)).rejects.toMatchObject({ code: 'models/in-use' });
  await paused.close();
  expect(await remote.list()).toMatchObject([{ id: EMBEDDED.id, state: 'partial' }]);

  const before = (await host.log()).length;
  const seen = await untilDone(await remote.openDownload(fromHost(host.url), signal));
  expect(seen.at(-1)?.model?.state).toBe('verified');
  expect((await host.log()).slice(before).map(({ path }) => path)).toEqual([DECODER]);
});

test('a worker that dies in mid-download leaves a model that can be gone on with', async () => {
  const host = openTestHost();
  await host.fail({ kind: 'stall', atByte: 2_000_000, path: ENCODER });
  const task = await connection.remote.openDownload(fromHost(host.url), signal);
  while ((await task.next()).doneBytes < 2e6);
  connection.close();
  await expect(task.next()).rejects.toMatchObject({ code: 'worker/dead' });

  const worker = new Worker(new URL('../../../workers/models.ts', import.meta.url), { type: 'module' });
  connection = await connect<ModelsWorker>(worker, 'models');
  const seen = await untilDone(await connection.remote.openDownload(fromHost(host.url), signal));
  expect(seen.at(-1)?.model?.state).toBe('verified');
});

test('failures keep their code', async () => {
  const task = await connection.remote.openDownload(
    { ...fromHost(openTestHost().url), id: 'longhand/nothing' },
    signal,
  );
  await expect(task.next()).rejects.toMatchObject({ code: 'models/not-found' });
});

test('a repository with float32 only is quantized after the download, and both are there', async () => {
  const host = openTestHost();
  await host.fail({ kind: 'hide', path: '_quantized', times: 0 });
  const task = await connection.remote.openDownload(fromHost(host.url), signal);
  const seen = await untilDone(task);
  expect(seen.map(({ activity }) => activity)).toContain('quantizing');
  const files = seen.at(-1)!.model!.files;
  expect(files.filter(({ madeHere }) => madeHere).map(({ path }) => path)).toEqual([
    'onnx/encoder_model_int8.onnx',
    'onnx/decoder_model_merged_int8.onnx',
  ]);
  const store = openPieceStore();
  const bytes = async (paths: readonly string[]) => {
    const records = await Promise.all(paths.map((path) => store.loadFile(EMBEDDED.id, path)));
    return records.reduce((sum, record) => sum + record!.receivedBytes, 0);
  };
  const whole = await bytes(['onnx/encoder_model.onnx', 'onnx/decoder_model_merged.onnx']);
  const small = await bytes(['onnx/encoder_model_int8.onnx', 'onnx/decoder_model_merged_int8.onnx']);
  expect(small / whole).toBeLessThanOrEqual(0.3);
});
