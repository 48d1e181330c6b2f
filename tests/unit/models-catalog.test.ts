import { expect, test } from 'vitest';
import { approximateBytes, CATALOG, EMBEDDED_MODEL, findModel } from '../../src/models/catalog';
import { HostFailure } from '../../src/lib/fetch-range';
import { fileUrl, isRepositoryName, listingUrl, parseListing } from '../../src/models/hub';
import { chooseFiles, dtypeOrder } from '../../src/models/model-layout';
import { type Machine, recommendModel } from '../../src/models/tiers';
import { TransferRate } from '../../src/models/transfer-rate';

test('every size in every variant that exists, each under a name that a hub allows', () => {
  const ids = CATALOG.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toContain('onnx-community/whisper-base.en_timestamped');
  expect(ids).toContain('onnx-community/whisper-large-v3-turbo');
  expect(ids).not.toContain('onnx-community/whisper-large-v3-turbo.en');
  for (const model of CATALOG) if (model !== EMBEDDED_MODEL) expect(isRepositoryName(model.id)).toBe(true);
});

test('any other repository goes by its name, and nothing that is none gets into an address', () => {
  expect(findModel('someone/my-whisper_timestamped')).toEqual({
    id: 'someone/my-whisper_timestamped',
    wordTimestamps: true,
  });
  for (const text of ['', 'whisper', 'a/b/c', '../b', 'a/..', 'a/b?x', 'http://x/y', 'a/b c']) {
    expect(findModel(text)).toBeNull();
  }
});

test('addresses as the hub has them', () => {
  const repository = { id: 'a/b', revision: 'refs/pr/1' };
  expect(fileUrl('https://hub.example/', repository, 'onnx/x y.onnx')).toBe(
    'https://hub.example/a/b/resolve/refs%2Fpr%2F1/onnx/x%20y.onnx',
  );
  expect(listingUrl('https://hub.example', repository)).toBe(
    'https://hub.example/api/models/a/b/tree/refs%2Fpr%2F1?recursive=true',
  );
});

test('a listing keeps what is a file, with the SHA-256 of large ones; anything else is no listing', () => {
  const hash = 'a'.repeat(64);
  const json = [
    { type: 'directory', path: 'onnx', oid: 'x', size: 0 },
    { type: 'file', path: 'config.json', oid: 'x', size: 12 },
    {
      type: 'file',
      path: 'onnx/m.onnx',
      oid: 'x',
      size: 134,
      lfs: { oid: hash, size: 5e9, pointerSize: 134 },
    },
    { type: 'file', path: 'odd', size: -1 },
    null,
  ];
  expect(parseListing(json)).toEqual([
    { path: 'config.json', sizeBytes: 12, sha256: null },
    { path: 'onnx/m.onnx', sizeBytes: 5e9, sha256: hash },
  ]);
  expect(() => parseListing({ error: 'Sign in' })).toThrow(HostFailure);
});

const listing = (...paths: string[]) => paths.map((path) => ({ path, sizeBytes: 1, sha256: null }));
const JSON_FILES = ['config.json', 'generation_config.json', 'tokenizer.json'];

test('files: int8 on WASM where there is any, else float32 to be quantized, else what is missing', () => {
  const order = dtypeOrder('wasm');
  const both = ['', '_quantized', '_int8'].flatMap((ending) => [
    `onnx/encoder_model${ending}.onnx`,
    `onnx/decoder_model_merged${ending}.onnx`,
  ]);
  expect(chooseFiles(listing(...JSON_FILES, ...both), order)).toMatchObject({
    dtypes: { encoder: 'q8', decoder: 'q8' },
    quantize: false,
  });
  expect(chooseFiles(listing(...JSON_FILES, ...both.slice(0, 2)), order)).toMatchObject({
    dtypes: { encoder: 'fp32', decoder: 'fp32' },
    quantize: true,
  });
  expect(chooseFiles(listing('config.json', both[0]!), order)).toEqual({
    missing: [
      'generation_config.json',
      'tokenizer.json',
      'onnx/encoder_model_quantized.onnx',
      'onnx/decoder_model_merged_quantized.onnx',
    ],
  });
});

test('weights with external data are passed over', () => {
  const files = ['', '_q4f16'].flatMap((ending) => [
    `onnx/encoder_model${ending}.onnx`,
    `onnx/decoder_model_merged${ending}.onnx`,
  ]);
  const there = listing(...JSON_FILES, ...files, 'onnx/encoder_model.onnx_data');
  expect(chooseFiles(there, dtypeOrder('webgpu'))).toMatchObject({ dtypes: { encoder: 'q4f16' } });
});

const machine = (change: Partial<Machine>): Machine => ({
  cores: 4,
  memoryGigabytes: 8,
  gpu: false,
  threads: true,
  race: null,
  ...change,
});
const ANY = { language: null, wordTimestamps: false };

test('a recommendation that the machine can bear: larger on a GPU, smaller on few cores and little memory', () => {
  const size = (change: Partial<Machine>) => recommendModel(machine(change), ANY).model.parameters;
  expect(size({ gpu: true })).toBeGreaterThan(size({}));
  expect(size({ cores: 1, threads: false })).toBeLessThan(size({}));
  expect(size({ memoryGigabytes: 0.5 })).toBeLessThan(size({}));
  for (const cores of [1, 2, 4, 16]) {
    const { model, backend, speedFactor } = recommendModel(machine({ cores }), ANY);
    expect(backend).toBe('wasm');
    expect(model.backends).toContain('wasm');
    if (model !== EMBEDDED_MODEL) expect(speedFactor).toBeGreaterThanOrEqual(3);
  }
  expect(recommendModel(machine({ cores: 2 }), ANY)).toMatchObject({
    model: { size: 'base' },
    speedFactor: 6,
  });
});

test('the race decides, not the presence of a GPU', () => {
  const slowGpu = recommendModel(machine({ gpu: true, race: { wasm: 60, webgpu: 3 } }), ANY);
  expect(slowGpu.backend).toBe('wasm');
  const slow = recommendModel(machine({ race: { wasm: 2 } }), ANY);
  expect(slow.model).toBe(EMBEDDED_MODEL);
});

test('English gets an English model, words with times one that has them', () => {
  expect(recommendModel(machine({}), { language: 'en', wordTimestamps: false }).model.languages).toBe('en');
  expect(recommendModel(machine({}), { language: 'de', wordTimestamps: true }).model).toMatchObject({
    languages: 'many',
    wordTimestamps: true,
  });
});

test('about how large: within a tenth of what the exports take', () => {
  const megabytes = (size: string, backend: 'wasm' | 'webgpu') => {
    const model = CATALOG.find(({ id }) => id === `onnx-community/whisper-${size}`)!;
    return approximateBytes(model, backend) / 1e6;
  };
  for (const [size, real] of [
    ['tiny', 120],
    ['base', 206],
    ['small', 586],
    ['large-v3-turbo', 560],
  ] as const) {
    expect(Math.abs(megabytes(size, 'webgpu') / real - 1), size).toBeLessThan(0.1);
  }
  expect(['tiny', 'base', 'small'].map((size) => Math.round(megabytes(size, 'wasm')))).toEqual([42, 77, 247]);
});

test('speed over the last ten seconds', () => {
  const rate = new TransferRate();
  expect(rate.look(0, 1000, 0)).toEqual({ bytesPerSecond: null, secondsLeft: null });
  expect(rate.look(100, 1000, 1)).toEqual({ bytesPerSecond: 100, secondsLeft: 9 });
  for (let second = 2; second <= 20; second++) rate.look(100, 1000, second);
  expect(rate.look(150, 1000, 21).bytesPerSecond).toBeCloseTo(5, 0);
  expect(rate.look(0, 1000, 22)).toEqual({ bytesPerSecond: null, secondsLeft: null });
});
