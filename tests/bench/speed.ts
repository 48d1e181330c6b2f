/**
 * Ours against the transformers.js automatic-speech-recognition pipeline: same weights and dtype, same Chromium,
 * threads and file, both warm, in alternating runs; the ratio of the medians. The pipeline is given decoded samples,
 * which it would otherwise have to make first; ours reads the file.
 * `--file PATH` (5 min of the fixture, repeated), `--model FOLDER` (the embedded one), `--runs 3`, `--threads 2`,
 * `--context auto|full|short`, `--backend wasm|webgpu`, `--tokens N` (passed on as max_new_tokens), `--at-least 6`.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright';
import { DEFAULT_SETTINGS } from '../../src/jobs/job-settings';
import type { Benchmark } from '../../tools/bench/benchmark';
import { openServer } from '../../tools/serve/server.mjs';
import { chromiumLaunchOptions } from '../../tools/setup/chromium.mjs';
import { AppPage } from '../../tools/transcribe/app-page';
import { readWav } from '../fixtures/wav';
import { writeLongRecording } from './long-recording';
import { decodedSamples } from './decoded-samples';
import { buildOpponent, callOpponent, OPPONENT_FOLDER } from './opponent';

const CLIP = 'tests/fixtures/jfk.wav';
const DEFAULT_SECONDS = 300;

const CONTEXTS = ['auto', 'full', 'short'] as const;

const OPTIONS = {
  file: { type: 'string' },
  model: { type: 'string', default: 'public/models/embedded' },
  runs: { type: 'string', default: '3' },
  threads: { type: 'string', default: '2' },
  context: { type: 'string', default: 'auto' },
  backend: { type: 'string', default: 'wasm' },
  tokens: { type: 'string' },
  'at-least': { type: 'string', default: '6' },
} as const;

export const benchmark: Benchmark = {
  title: 'Speed: seconds of work for one recording, ours and the transformers.js pipeline',

  async run({ args, appFolder, scratchFolder, say }) {
    const { values } = parseArgs({ args, options: OPTIONS });
    const backend = values.backend === 'webgpu' ? 'webgpu' : 'wasm';
    const gpu = backend === 'webgpu' ? 'software' : 'none';
    const threads = Number(values.threads);
    const model = resolve(values.model);
    await buildOpponent();
    const path = values.file ? resolve(values.file) : join(scratchFolder, 'speech.wav');
    if (!values.file) await writeLongRecording(path, readWav(await readFile(CLIP)), DEFAULT_SECONDS);

    const mounts = { '/models/': `${dirname(model)}/`, '/audio/': `${scratchFolder}/` };
    await using app = await openServer({ folder: appFolder, mounts });
    await using other = await openServer({ folder: OPPONENT_FOLDER, mounts });
    const browser = await chromium.launch(chromiumLaunchOptions({ gpu }));
    await using ours = await AppPage.open({ url: app.url, gpu });
    try {
      const page = await browser.newPage();
      await page.goto(other.url);
      await writeFile(join(scratchFolder, 'samples.f32'), await decodedSamples(page, path, scratchFolder));

      const dtype = backend === 'webgpu' ? 'fp32' : 'q8';
      const load = { models: '/models/', model: basename(model), dtype, device: backend, threads } as const;
      await callOpponent(page, { load });
      const options = {
        chunk_length_s: 30,
        stride_length_s: 5,
        return_timestamps: true,
        ...(values.tokens ? { max_new_tokens: Number(values.tokens) } : {}),
      };
      const pipeline = async () =>
        (await callOpponent(page, { run: { samplesUrl: '/audio/samples.f32', options } })).seconds;
      const settings = {
        ...DEFAULT_SETTINGS,
        backend,
        threads,
        model: `${app.url}models/${basename(model)}/`,
        audioContext: CONTEXTS.find((context) => context === values.context) ?? 'auto',
      } as const;
      let audioSeconds = 0;
      const longhand = async () => {
        const { ok, error, stats } = await ours.transcribe(path, { settings, onProgress: () => undefined });
        if (!ok || stats.backend !== backend) throw new Error(error?.message ?? `ran on ${stats.backend}`);
        audioSeconds = stats.audioSeconds;
        return stats.wallSeconds;
      };

      await Promise.all([longhand(), pipeline()]);
      const times = { longhand: [] as number[], pipeline: [] as number[] };
      for (let run = 0; run < Number(values.runs); run++) {
        times.longhand.push(await longhand());
        times.pipeline.push(await pipeline());
        say(
          `run ${run + 1}: ours ${times.longhand[run]!.toFixed(1)} s, pipeline ${times.pipeline[run]!.toFixed(1)} s`,
        );
      }
      const ratio = median(times.pipeline) / median(times.longhand);
      const row = (name: string, seconds: readonly number[]) => ({
        engine: name,
        'median, s': Number(median(seconds).toFixed(2)),
        'least, s': Number(Math.min(...seconds).toFixed(2)),
        'most, s': Number(Math.max(...seconds).toFixed(2)),
        'times real time': Number((audioSeconds / median(seconds)).toFixed(1)),
      });
      return {
        rows: [row('Longhand', times.longhand), row('transformers.js pipeline', times.pipeline)],
        summary: {
          ratio,
          audioSeconds,
          backend,
          threads,
          model: basename(model),
          context: values.context,
          times,
        },
        holds: ratio >= Number(values['at-least']),
      };
    } finally {
      await browser.close();
    }
  },
};

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
