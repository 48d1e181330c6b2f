import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHttpModelFiles } from '../../../src/models/http-model-files';
import { graphPatches } from '../../../src/models/patch/graph-patches';
import type { BatchResult, RecognizerHandle, SpeechBudget } from '../../../src/protocol/speech';
import { openSpeechModel, type SpeechModel } from '../../../src/speech/model';
import { createRecognizer } from '../../../src/speech/recognizer';
import { characterErrors } from '../../fixtures/character-errors';
import jfkUrl from '../../fixtures/jfk.wav?url';
import { readWav } from '../../fixtures/wav';
import { readShared } from '../shared-files';
import { readerOf } from './chunk-reader';

const { signal } = new AbortController();
const files = createHttpModelFiles('/models/embedded/');
/** What the reference implementation makes of the clips of `../shared/audio` with the same weights. */
let texts: Record<string, string>;
let model: SpeechModel;
let speech: Float32Array<ArrayBuffer>;

beforeAll(async () => {
  texts = (await (await fetch('/models/embedded/reference.json')).json()) as typeof texts;
  speech = readWav(new Uint8Array(await (await fetch(jfkUrl)).arrayBuffer()));
  model = await openSpeechModel(files, { backend: 'wasm', threads: 2, patches: graphPatches, signal });
});
afterAll(() => model[Symbol.asyncDispose]());

const budgetOf = (batch: number): SpeechBudget => ({
  batch,
  chunkSeconds: 30,
  prefetch: false,
  context: 'full',
});

async function readAll(recognizer: RecognizerHandle, batch: number): Promise<BatchResult[]> {
  const results: BatchResult[] = [];
  do results.push(await recognizer.next(budgetOf(batch)));
  while (!results.at(-1)!.ended);
  return results;
}
const textOf = (result: BatchResult, chunkIndex = 0) =>
  result.segments
    .filter((segment) => segment.chunkIndex === chunkIndex)
    .map((segment) => segment.text)
    .join(' ');

describe('one window', () => {
  test('gives the words of the reference, with times inside the recording, and leaves no tensor behind', async () => {
    const recognizer = createRecognizer({ model, chunks: readerOf([speech]), language: null, signal });
    const [result] = await readAll(recognizer, 1);
    expect(textOf(result!)).toBe(texts['jfk.wav']);
    expect(result).toMatchObject({
      checkpoint: { seconds: 11, chunks: 1, batches: 1 },
      chunks: 1,
      language: 'en',
      gaps: [],
      ended: true,
    });
    let earliest = 0;
    for (const segment of result!.segments) {
      expect(segment.startSeconds).toBeGreaterThanOrEqual(earliest);
      expect(segment.endSeconds).toBeGreaterThanOrEqual(segment.startSeconds);
      earliest = segment.endSeconds;
    }
    expect(earliest).toBeLessThanOrEqual(11);
    expect(result!.usage).toMatchObject({ liveTensors: 0, liveTensorBytes: 0, gpuBufferBytes: 0 });
    expect(result!.usage.wasmHeapBytes).toBeGreaterThan(16 * 2 ** 20);
    expect(await recognizer.close()).toEqual({ liveTensors: 0 });
  });

  test('says so where the model finds no words', async () => {
    const silence = new Float32Array(48_000);
    const recognizer = createRecognizer({ model, chunks: readerOf([silence]), language: 'en', signal });
    const [result] = await readAll(recognizer, 1);
    const covered =
      result!.segments.length > 0 || result!.gaps.some((gap) => gap.reason === 'speech/no-text');
    expect(covered).toBe(true);
    await recognizer.close();
  });
});

describe('a batch', () => {
  test('gives every window the text it has alone, in order of time', async () => {
    const clips = [speech, speech.slice(0, 4 * 16_000), speech];
    const recognizer = createRecognizer({ model, chunks: readerOf(clips), language: 'en', signal });
    const [result] = await readAll(recognizer, 3);
    for (const index of [0, 2]) expect(textOf(result!, index)).toBe(texts['jfk.wav']);
    expect(textOf(result!, 1).length).toBeGreaterThan(5);
    expect(textOf(result!, 1).length).toBeLessThan(textOf(result!, 0).length);
    const starts = result!.segments.map((segment) => segment.startSeconds);
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
    expect(await recognizer.close()).toEqual({ liveTensors: 0 });
  });
});

describe('what goes wrong', () => {
  test('an abort in the middle of decoding ends it and frees every tensor', async () => {
    const controller = new AbortController();
    const chunks = readerOf([speech, speech, speech, speech]);
    const recognizer = createRecognizer({ model, chunks, language: 'en', signal: controller.signal });
    const run = recognizer.next(budgetOf(4));
    const reason = new Error('stopped');
    queueMicrotask(() => controller.abort(reason));
    await expect(run).rejects.toBe(reason);
    expect(await recognizer.close()).toEqual({ liveTensors: 0 });
  });

  test('a decoder that fails frees every tensor', async () => {
    let steps = 0;
    const session = await model.decoder.session();
    const failing = new Proxy(session, {
      get(target, key) {
        if (key !== 'run') return Reflect.get(target, key, target) as unknown;
        return (...args: Parameters<typeof session.run>) =>
          ++steps < 4 ? session.run(...args) : Promise.reject(new Error('failed on purpose'));
      },
    });
    const broken = {
      ...model,
      decoder: { ...model.decoder, loop: null, session: () => Promise.resolve(failing) },
    };
    const recognizer = createRecognizer({
      model: broken,
      chunks: readerOf([speech]),
      language: 'en',
      signal,
    });
    await expect(recognizer.next(budgetOf(1))).rejects.toThrow('failed on purpose');
    expect(await recognizer.close()).toEqual({ liveTensors: 0 });
  });

  test('a language that the model does not know is refused before any work', () => {
    const create = () => createRecognizer({ model, chunks: readerOf([speech]), language: 'de', signal });
    expect(create).toThrow('speech/language-unsupported');
  });

  test('a folder without a model is named', async () => {
    const nowhere = createHttpModelFiles('/models/nowhere/');
    await expect(
      openSpeechModel(nowhere, { backend: 'wasm', threads: 1, patches: graphPatches, signal }),
    ).rejects.toMatchObject({
      code: 'speech/model-missing',
      values: { model: 'nowhere', file: 'config.json' },
    });
  });

  test('WebGPU that cannot be had becomes WASM', async () => {
    await using other = await openSpeechModel(files, {
      backend: 'webgpu',
      threads: 2,
      patches: graphPatches,
      signal,
    });
    expect(other.backend).toBe('wasm');
  });
});

test('the clips beside the repository: at most 2 % of characters differ from the reference', async ({
  skip,
}) => {
  const names = Object.keys(texts).filter((name) => name !== 'jfk.wav');
  if (!(await readShared(`audio/${names[0]}`))) skip('../shared/audio is absent');
  const clips: Float32Array<ArrayBuffer>[] = [];
  for (const name of names) {
    const bytes = await readShared(`audio/${name}`);
    const audio = await new OfflineAudioContext(1, 16, 16_000).decodeAudioData(bytes!.buffer);
    clips.push(audio.getChannelData(0));
  }
  const recognizer = createRecognizer({ model, chunks: readerOf(clips), language: null, signal });
  const results = await readAll(recognizer, 1);
  let errors = 0;
  let characters = 0;
  names.forEach((name, i) => {
    errors += characterErrors(texts[name]!, textOf(results[i]!, i));
    characters += texts[name]!.length;
  });
  expect(errors / characters).toBeLessThanOrEqual(0.02);
  await recognizer.close();
}, 400_000);
