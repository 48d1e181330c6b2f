/** Which models are in memory: loaded ahead while the page is idle, put away when memory is short. Real workers. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { DEFAULT_SETTINGS } from '../../../src/jobs/job-settings';
import { createPreloader } from '../../../src/jobs/preload';
import { loadOptions, modelReference, runJob } from '../../../src/jobs/run-job';
import { createWorkerPair, type WorkerPair } from '../../../src/jobs/worker-pair';
import { createGovernor, type Governor } from '../../../src/memory/meter';
import { LADDER } from '../../../src/memory/ladder';
import { runModelDownload } from '../../../src/models/download-model';
import { storedModelUrl } from '../../../src/models/model-address';
import { openPieceStore } from '../../../src/models/piece-store';
import { BEGINNING } from '../../../src/protocol/checkpoint';
import type { RecognizerDescription } from '../../../src/protocol/speech';
import { spawn } from '../../../src/spawn';
import { createFakeQueue, fakeJob } from '../../preview/fake-queue';
import { EMBEDDED, openTestHost } from '../models/model-host';
import jfkUrl from '../../fixtures/jfk.wav?url';

const settings = {
  ...DEFAULT_SETTINGS,
  model: storedModelUrl(EMBEDDED.id),
  backend: 'wasm',
  language: 'en',
  threads: 2,
} as const;
const EVERYTHING = Number.MAX_SAFE_INTEGER;
let workers: WorkerPair;

const store = openPieceStore();

beforeAll(async () => {
  const download = { ...EMBEDDED, backend: 'wasm' as const, hosts: [openTestHost().url] };
  await runModelDownload(download, store, () => undefined, { signal: new AbortController().signal });
});
afterAll(() => store.removeModel(EMBEDDED.id));
beforeEach(() => {
  workers = createWorkerPair(spawn);
});
afterEach(() => workers.restart());

const governorOf = (pressure: Parameters<typeof createGovernor>[0]['pressure'] = []) =>
  createGovernor({ deviceGibibytes: 8, limitMegabytes: null, jsHeapBytes: () => null, pressure });

async function write(governor: Governor): Promise<RecognizerDescription> {
  const file = new File([await (await fetch(jfkUrl)).blob()], 'jfk.wav');
  let opened: RecognizerDescription | null = null;
  await runJob(
    { source: { kind: 'file', file }, settings, captions: null, from: BEGINNING },
    {
      workers,
      governor,
      signal: new AbortController().signal,
      events: {
        onAudio: () => undefined,
        onRecognizer: (description) => (opened = description),
        onResult: () => Promise.resolve(),
        onRestart: (error) => expect.fail(error.message),
        onClosed: () => undefined,
      },
    },
  );
  return opened!;
}

test('a job at the rung of the smallest weights puts models away that nobody uses', async () => {
  const { remote } = await workers.speech();
  // With another number of threads it is another model to the loader.
  await remote.preload(modelReference(settings), { ...loadOptions(settings), threads: 1 });
  const { weightBytes } = await write(governorOf());
  expect(await remote.unload(EVERYTHING)).toBe(2 * weightBytes);

  await remote.preload(modelReference(settings), { ...loadOptions(settings), threads: 1 });
  const rung = LADDER.findIndex(({ name }) => name === 'smallest-weights');
  const short = governorOf([
    { reading: 1, kind: 'use', share: 0.8 },
    { reading: rung + 1, kind: 'use', share: 0.7 },
  ]);
  for (let reading = 0; reading < rung; reading++)
    short.observe({ wasmHeapBytes: 0, mediaHeapBytes: 0, gpuBufferBytes: 0, liveTensorBytes: 0 });
  expect(short.allowance.weights).toBe('smallest');
  await write(short);
  expect(await remote.unload(EVERYTHING)).toBe(weightBytes);
});

test('the model of new recordings is loaded while the page is idle, not beside a job, and once', async () => {
  const idle: (() => void)[] = [];
  const queue = createFakeQueue([fakeJob({ state: { kind: 'working' } })]);
  const preloader = createPreloader({
    workers,
    queue,
    governor: governorOf(),
    settings: () => settings,
    whenIdle: (run) => idle.push(run),
  });
  const { remote } = await workers.speech();
  const unloaded = async () => {
    for (const run of idle.splice(0)) run();
    return remote.unload(EVERYTHING);
  };
  preloader.look();
  expect(await unloaded()).toBe(0);
  queue.set([]);
  preloader.look();
  await expect.poll(unloaded, { timeout: 30_000 }).toBeGreaterThan(1e6);
  preloader.look();
  expect(await unloaded()).toBe(0);
});
