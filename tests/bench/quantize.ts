/**
 * What quantization costs in words. The embedded model with its float32 weights, and with the int8 ones that are made of
 * them here, over clips whose words are known (`../shared/audio`, or `--audio DIR` with a manifest.json of `file` and
 * `text`). The promise: word error rates at most 2 points apart, weights at most 0.3 times the size.
 * `--form int8|int8-weights|q4` (what the size of the model calls for), `--threads 2`.
 */
import { openAsBlob } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DEFAULT_SETTINGS } from '../../src/jobs/job-settings';
import { runModelImport } from '../../src/models/import/import-model';
import { REQUIRED_FILES } from '../../src/models/model-layout';
import type { PieceStore } from '../../src/models/piece-store';
import { quantizeIfNeeded, runModelQuantization } from '../../src/models/quantize/quantize-stored';
import type { QuantizedForm } from '../../src/models/quantize/weight-form';
import type { Benchmark } from '../../tools/bench/benchmark';
import { openFolderStore } from '../../tools/models/folder-store';
import { openServer } from '../../tools/serve/server.mjs';
import { AppPage } from '../../tools/transcribe/app-page';
import { wordErrors } from '../fixtures/word-errors';

const MODEL = 'public/models/embedded';
const WEIGHTS = ['onnx/encoder_model.onnx', 'onnx/decoder_model_merged.onnx'];
const MOST_POINTS_APART = 0.02;
const MOST_SIZE = 0.3;

const OPTIONS = {
  audio: { type: 'string', default: '../shared/audio' },
  form: { type: 'string' },
  threads: { type: 'string', default: '2' },
} as const;

interface Clip {
  file: string;
  text?: string;
}

const { signal } = new AbortController();
const ignore = () => undefined;

/** The embedded model with float32 weights only, in a folder of its own. Resolves with its bytes. */
async function importFloat32(store: PieceStore): Promise<{ id: string; weightBytes: number }> {
  const paths = [...REQUIRED_FILES, 'tokenizer_config.json', ...WEIGHTS];
  const files = await Promise.all(
    paths.map(async (path) => ({ path, file: await openAsBlob(join(MODEL, path)) })),
  );
  const { id } = await runModelImport('embedded', files, store, ignore, { signal });
  return { id, weightBytes: await weightBytes(store, id) };
}

async function weightBytes(store: PieceStore, id: string): Promise<number> {
  const files = (await store.listFiles(id)).filter(({ path }) => path.endsWith('.onnx'));
  return files.reduce((sum, { receivedBytes }) => sum + receivedBytes, 0);
}

export const benchmark: Benchmark = {
  title: 'Words wrong with int8 weights made here, and with the float32 weights they were made of',
  async run({ args, appFolder, scratchFolder, say }) {
    const { values } = parseArgs({ args, options: OPTIONS });
    const audio = resolve(values.audio);
    const listed = JSON.parse(await readFile(join(audio, 'manifest.json'), 'utf8')) as Clip[];
    const clips = listed.flatMap(({ file, text }) => (text ? [{ path: join(audio, file), text }] : []));

    const folders = { float32: join(scratchFolder, 'float32'), int8: join(scratchFolder, 'int8') };
    const exact = await importFloat32(openFolderStore(folders.float32));
    const store = openFolderStore(folders.int8);
    const { id } = await importFloat32(store);
    const [model] = await store.listModels();
    if (values.form) await runModelQuantization(id, values.form as QuantizedForm, store, ignore, { signal });
    else
      await quantizeIfNeeded(
        { ...model!, state: 'verified', storedBytes: 0, sizeBytes: exact.weightBytes },
        store,
        ignore,
        { signal },
      );
    for (const path of WEIGHTS) await store.removeFile(id, path);
    const size = (await weightBytes(store, id)) / exact.weightBytes;

    const mounts = Object.fromEntries(
      Object.entries(folders).map(([name, folder]) => [`/models/local/${name}/`, join(folder, id)]),
    );
    await using server = await openServed(appFolder, mounts);
    await using page = await AppPage.open({ url: server.url, gpu: 'none' });
    const rates: Record<string, number> = {};
    for (const name of Object.keys(folders)) {
      const settings = {
        ...DEFAULT_SETTINGS,
        model: `models/local/${name}/`,
        backend: 'wasm' as const,
        threads: Number(values.threads),
      };
      let errors = 0;
      let words = 0;
      for (const { path, text } of clips) {
        const { outputs } = await page.transcribe(path, { settings, onProgress: ignore });
        const count = wordErrors(text, outputs.txt);
        errors += count.errors;
        words += count.words;
      }
      rates[name] = errors / words;
      say(`${name}: ${errors} of ${words} words`);
    }
    const apart = Math.abs(rates['int8']! - rates['float32']!);
    return {
      rows: Object.entries(rates).map(([weights, rate]) => ({
        weights,
        'word error rate': rate.toFixed(4),
        size: weights === 'int8' ? size.toFixed(3) : '1',
      })),
      summary: { ratio: size, pointsApart: apart },
      holds: apart <= MOST_POINTS_APART && size <= MOST_SIZE,
    };
  },
};

async function openServed(folder: string, mounts: Record<string, string>) {
  const server = await openServer({ folder, mounts });
  return { url: server.url, [Symbol.asyncDispose]: () => server.close() };
}
