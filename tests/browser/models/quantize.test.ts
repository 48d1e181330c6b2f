import { afterEach, beforeAll, expect, test } from 'vitest';
import { isLonghandError } from '../../../src/lib/errors';
import { loadWasmRuntime } from '../../../src/lib/onnx-runtime';
import type { ByteSource } from '../../../src/models/byte-source';
import { createMemorySource } from '../../../src/models/byte-source';
import { runModelImport } from '../../../src/models/import/import-model';
import { graphPatches } from '../../../src/models/patch/graph-patches';
import { openPieceStore, type PieceStore } from '../../../src/models/piece-store';
import { openQuantizedModel } from '../../../src/models/quantize/quantize-model';
import { runModelQuantization } from '../../../src/models/quantize/quantize-stored';
import type { QuantizedForm } from '../../../src/models/quantize/weight-form';
import { createStoredModelFiles } from '../../../src/models/stored-model-files';
import type { StoredModel } from '../../../src/models/stored-model';
import { openSpeechModel } from '../../../src/speech/model';
import { createRecognizer } from '../../../src/speech/recognizer';
import jfkUrl from '../../fixtures/jfk.wav?url';
import { readWav } from '../../fixtures/wav';
import { readerOf } from '../speech/chunk-reader';
import { freshDatabase } from './model-host';

const { signal } = new AbortController();
const ENCODER = 'onnx/encoder_model.onnx';
const DECODER = 'onnx/decoder_model_merged.onnx';
const FORMS: QuantizedForm[] = ['int8', 'int8-weights', 'q4'];
const PIECE = 1024 * 1024;
const databases: string[] = [];
const files = new Map<string, Uint8Array<ArrayBuffer>>();

beforeAll(async () => {
  for (const path of [
    'config.json',
    'generation_config.json',
    'tokenizer.json',
    'tokenizer_config.json',
    ENCODER,
    DECODER,
  ]) {
    files.set(path, new Uint8Array(await (await fetch(`/models/embedded/${path}`)).arrayBuffer()));
  }
});
afterEach(() => {
  for (const name of databases.splice(0)) indexedDB.deleteDatabase(name);
});

/** The embedded model in the store, float32 only. */
async function importFloat32(): Promise<{ store: PieceStore; model: StoredModel }> {
  const name = freshDatabase();
  databases.push(name);
  const store = openPieceStore(name);
  const chosen = [...files].map(([path, bytes]) => ({ path, file: new Blob([bytes]) }));
  const model = await runModelImport('m', chosen, store, () => undefined, { signal, pieceBytes: PIECE });
  return { store, model };
}

const quantize = (store: PieceStore, id: string, form: QuantizedForm) =>
  runModelQuantization(id, form, store, () => undefined, { signal, pieceBytes: PIECE });

const storedBytes = async (store: PieceStore, id: string, paths: string[]): Promise<number> => {
  const records = await Promise.all(paths.map((path) => store.loadFile(id, path)));
  return records.reduce((sum, record) => sum + record!.receivedBytes, 0);
};

async function transcribe(
  store: PieceStore,
  id: string,
  clips: Float32Array<ArrayBuffer>[],
): Promise<string[]> {
  const model = await openSpeechModel(createStoredModelFiles(store, id), {
    backend: 'wasm',
    threads: 2,
    patches: graphPatches,
    signal,
  });
  try {
    const recognizer = createRecognizer({ model, chunks: readerOf(clips), language: null, signal });
    const texts = clips.map(() => '');
    for (let ended = false; !ended;) {
      const result = await recognizer.next({ batch: 8, chunkSeconds: 30, prefetch: true, context: 'full' });
      for (const { chunkIndex, text } of result.segments) texts[chunkIndex] = `${texts[chunkIndex]} ${text}`;
      ended = result.ended;
    }
    await recognizer.close();
    return texts;
  } finally {
    await model[Symbol.asyncDispose]();
  }
}

test('weights in a third of the room or less, beside those they were made of', async () => {
  const { store, model } = await importFloat32();
  const whole = await storedBytes(store, model.id, [ENCODER, DECODER]);
  const quantized = await quantize(store, model.id, 'int8');
  expect(quantized.files.map(({ path }) => path)).toContain(ENCODER);
  const endings = { int8: '_int8', 'int8-weights': '_int8', q4: '_q4' };
  for (const [form, ending] of Object.entries(endings) as [keyof typeof endings, string][]) {
    const made = await quantize(store, model.id, form);
    expect(made.state).toBe('verified');
    const paths = [ENCODER, DECODER].map((path) => path.replace('.onnx', `${ending}.onnx`));
    expect((await storedBytes(store, model.id, paths)) / whole, form).toBeLessThanOrEqual(0.3);
  }
});

test('one weight is read and given on at a time', async () => {
  for (const form of FORMS) {
    const source = createMemorySource(files.get(ENCODER)!);
    let largestRead = 0;
    const watched: ByteSource = {
      sizeBytes: source.sizeBytes,
      read: (offset, length) => {
        largestRead = Math.max(largestRead, length);
        return source.read(offset, length);
      },
    };
    const quantized = await openQuantizedModel('m', watched, form);
    let sizeBytes = 0;
    let largestPart = 0;
    for await (const part of quantized.bytes(signal)) {
      sizeBytes += part.byteLength;
      largestPart = Math.max(largestPart, part.byteLength);
    }
    expect(sizeBytes).toBe(quantized.sizeBytes);
    expect(largestRead).toBeLessThanOrEqual(quantized.largestWeightBytes);
    expect(largestRead + largestPart).toBeLessThanOrEqual(1.5 * quantized.largestWeightBytes + 1e6);
  }
});

async function encode(encoder: Uint8Array, mel: Float32Array): Promise<Float32Array> {
  const ort = await loadWasmRuntime(2);
  const session = await ort.InferenceSession.create(encoder);
  const input = new ort.Tensor('float32', mel, [1, 80, 3000]);
  const { last_hidden_state: output } = await session.run({ input_features: input });
  const states = (output!.data as Float32Array).slice();
  output!.dispose();
  await session.release();
  return states;
}

const rootMeanSquare = (values: Float32Array): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);

test('ONNX Runtime takes each form, and the encoder gives nearly the same', async () => {
  const mel = Float32Array.from({ length: 80 * 3000 }, (_, at) => Math.sin(at * at));
  const exact = await encode(files.get(ENCODER)!, mel);
  const bounds: Record<QuantizedForm, number> = { 'int8-weights': 0.02, int8: 0.06, q4: 0.2 };
  for (const form of FORMS) {
    const quantized = await openQuantizedModel('m', createMemorySource(files.get(ENCODER)!), form);
    const whole = new Uint8Array(quantized.sizeBytes);
    let at = 0;
    for await (const part of quantized.bytes(signal)) {
      whole.set(part, at);
      at += part.byteLength;
    }
    const states = await encode(whole, mel);
    const difference = states.map((value, index) => value - exact[index]!);
    expect(rootMeanSquare(difference) / rootMeanSquare(exact), form).toBeLessThan(bounds[form]);
  }
});

test('a stored int8 model is what the engine opens on WASM, and it hears words', async () => {
  const { store, model } = await importFloat32();
  await quantize(store, model.id, 'int8');
  await store.removeFile(model.id, ENCODER);
  await store.removeFile(model.id, DECODER);
  const clip = readWav(new Uint8Array(await (await fetch(jfkUrl)).arrayBuffer()));
  const [text] = await transcribe(store, model.id, [clip]);
  expect(text?.toLowerCase()).toContain('you');
});

test('float32 weights that are not there, or are no model, end in a code and leave all as it was', async () => {
  const { store, model } = await importFloat32();
  const record = await store.loadFile(model.id, ENCODER);
  await store.removeFile(model.id, DECODER);
  await expect(quantize(store, model.id, 'int8')).rejects.toMatchObject({
    code: 'models/incomplete',
    values: { missing: [DECODER] },
  });
  expect(await store.loadFile(model.id, ENCODER)).toEqual(record);
  const noise = createMemorySource(new Uint8Array(1000).fill(7));
  const error: unknown = await openQuantizedModel('m', noise, 'int8').catch((thrown: unknown) => thrown);
  expect(isLonghandError(error, 'speech/model-invalid')).toBe(true);
});
