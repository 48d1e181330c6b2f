/** What a batch comes to when its device or its memory goes; the real loss is in tests/e2e/device-loss.spec.ts. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createHttpModelFiles } from '../../../src/models/http-model-files';
import { graphPatches } from '../../../src/models/patch/graph-patches';
import type { SpeechBudget } from '../../../src/protocol/speech';
import { openAutoModel } from '../../../src/speech/auto-model';
import type { SpeechModel } from '../../../src/speech/model';
import { createRecognizer } from '../../../src/speech/recognizer';
import jfkUrl from '../../fixtures/jfk.wav?url';
import { readWav } from '../../fixtures/wav';
import { readerOf } from './chunk-reader';

const { signal } = new AbortController();
const BUDGET: SpeechBudget = { batch: 2, chunkSeconds: 30, prefetch: false, context: 'short' };
let model: SpeechModel;
let speech: Float32Array<ArrayBuffer>;

beforeAll(async () => {
  const url = '/models/embedded/';
  speech = readWav(new Uint8Array(await (await fetch(jfkUrl)).arrayBuffer())).slice(0, 3 * 16_000);
  const files = createHttpModelFiles(url);
  model = await openAutoModel(files, url, { threads: 2, patches: graphPatches, signal });
});
afterAll(() => model[Symbol.asyncDispose]());

const recognize = (changed: SpeechModel) =>
  createRecognizer({ model: changed, chunks: readerOf([speech, speech]), language: 'en', signal });

/** The model with a change to every run of its decoder. */
function withRun(
  change: (run: () => Promise<unknown>) => Promise<unknown>,
  extra: Partial<SpeechModel> = {},
) {
  const loop = model.decoder.loop!;
  const session = new Proxy(loop.session, {
    get(target, key) {
      if (key !== 'run') return Reflect.get(target, key, target) as unknown;
      return (...args: Parameters<typeof target.run>) => change(() => target.run(...args));
    },
  });
  return { ...model, ...extra, decoder: { ...model.decoder, loop: { ...loop, session } } };
}

test('without a graphics card, auto is WASM and nothing races', () => {
  expect(model.backend).toBe('wasm');
});

test('a card too small for the model loses the race, which is run once', async () => {
  const info = { vendor: 'v', architecture: 'a', device: '', description: '', isFallbackAdapter: false };
  const adapter = { info, limits: { maxBufferSize: 1_000_000 } } as GPUAdapter;
  const request = vi.spyOn(navigator.gpu, 'requestAdapter').mockResolvedValue(adapter);
  const url = `/models/embedded/?${crypto.randomUUID()}`;
  const files = createHttpModelFiles('/models/embedded/');
  const open = () => openAutoModel(files, url, { threads: 2, patches: graphPatches, signal });
  await using first = await open();
  expect([first.backend, first.ledger.count.tensors]).toEqual(['wasm', 0]);
  const asked = request.mock.calls.length;
  expect(asked).toBe(2);
  await using second = await open();
  expect([second.backend, request.mock.calls.length]).toEqual(['wasm', asked + 1]);
  request.mockRestore();
});

test('a run that resolves on a lost device gives nothing but the loss, and leaves no tensor', async () => {
  let reason: string | null = null;
  const losing = withRun(
    async (run) => {
      const outputs = await run();
      reason = 'unknown: the instance is gone';
      return outputs;
    },
    { deviceLoss: () => reason },
  );
  const recognizer = recognize(losing);
  await expect(recognizer.next(BUDGET)).rejects.toMatchObject({
    code: 'speech/device-lost',
    retryable: true,
    values: { detail: 'unknown: the instance is gone' },
  });
  expect(await recognizer.close()).toEqual({ liveTensors: 0 });
});

test.each([
  'failed to call OrtRun(). ERROR_CODE: 6, ERROR_MESSAGE: std::bad_alloc',
  'Aborted(). Build with -sASSERTIONS for more info.',
  'Array buffer allocation failed',
  'WebAssembly.Memory.grow(): Unable to grow instance memory',
])('memory that runs out in the middle is named: %s', async (message) => {
  const recognizer = recognize(withRun(() => Promise.reject(new Error(message))));
  await expect(recognizer.next(BUDGET)).rejects.toMatchObject({
    code: 'speech/out-of-memory',
    retryable: true,
    values: { detail: message },
  });
  expect(await recognizer.close()).toEqual({ liveTensors: 0 });
});

test('memory that runs out on the graphics card is named as that', async () => {
  const deviceLoss = () => 'out of memory: failed to create a buffer';
  const recognizer = recognize(withRun((run) => run(), { deviceLoss }));
  await expect(recognizer.next(BUDGET)).rejects.toMatchObject({ code: 'speech/out-of-memory' });
  await recognizer.close();
});
