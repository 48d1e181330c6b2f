/**
 * What stays behind of a chunk, ours and the transformers.js pipeline's, same weights, threads and Chromium. Ours: one
 * job, read after each batch. The pipeline: the same 30 s again and again, read after each run. Live bytes are those of
 * JavaScript after a garbage collection and of all WASM heaps, page and workers. The first third of the readings is
 * left out: there caches fill and batches grow to their full size. The ratio is that of the last third to the middle one.
 * `--minutes 15`, `--model FOLDER` (the embedded one), `--threads 2`.
 */
import { readFile, rm, writeFile } from 'node:fs/promises';
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
import { buildOpponent, callOpponent, OPPONENT_FOLDER } from './opponent';
import { countWasmMemories, type MemoryProbe, openMemoryProbe } from './page-memory';
import { fitSlope, type Point } from './slope';

const CLIP = 'tests/fixtures/jfk.wav';
/** The longest window of a Whisper, and what the pipeline is given each time. */
const WINDOW_SECONDS = 30;
const SAMPLE_RATE = 16_000;
const LEAST_RUNS = 9;
/** At the end of a recording nothing is read ahead any more: readings there are lower than any before. */
const LAST_BATCHES = 2;
/** As `memory` promises for a whole recording. */
const MOST_RATIO = 1.02;

const OPTIONS = {
  minutes: { type: 'string', default: '15' },
  model: { type: 'string', default: 'public/models/embedded' },
  threads: { type: 'string', default: '2' },
} as const;

interface Setting {
  url: string;
  model: string;
  threads: number;
  say: (line: string) => void;
}

interface Readings {
  /** Chunks done and live bytes. */
  points: Point[];
  liveTensorsAtEnd: number | null;
}

export const benchmark: Benchmark = {
  title: 'Leak: live bytes after each chunk, ours and the transformers.js pipeline',

  async run({ args, appFolder, scratchFolder, say }) {
    const { values } = parseArgs({ args, options: OPTIONS });
    const seconds = Number(values.minutes) * 60;
    const model = resolve(values.model);
    const clip = readWav(await readFile(CLIP));
    const path = join(scratchFolder, 'speech.wav');
    await writeLongRecording(path, clip, seconds);
    const window = Float32Array.from(
      { length: WINDOW_SECONDS * SAMPLE_RATE },
      (_, i) => clip[i % clip.length]!,
    );
    await writeFile(join(scratchFolder, 'window.f32'), new Uint8Array(window.buffer));
    await countWasmMemories(appFolder);
    await buildOpponent();

    const mounts = { '/models/': `${dirname(model)}/`, '/audio/': `${scratchFolder}/` };
    await using app = await openServer({ folder: appFolder, mounts });
    await using other = await openServer({ folder: OPPONENT_FOLDER, mounts });
    const setting = { model: basename(model), threads: Number(values.threads), say };
    const ours = await readOurs(path, { ...setting, url: app.url });
    await rm(path);
    const runs = Math.max(LEAST_RUNS, Math.round(seconds / (2 * WINDOW_SECONDS)));
    const pipeline = await readPipeline(runs, { ...setting, url: other.url });

    const results = { longhand: summarize(ours), pipeline: summarize(pipeline) };
    const row = (engine: string, result: ReturnType<typeof summarize>) => ({
      engine,
      chunks: result.chunks,
      readings: result.readings,
      'live, MB: first': megabytes(result.firstBytes),
      'middle third': megabytes(result.middleBytes),
      'last third': megabytes(result.lateBytes),
      'growth, kB per chunk': Number((result.growthPerChunk / 1e3).toFixed(1)),
      'standard error, kB': Number((result.standardError / 1e3).toFixed(1)),
    });
    const ratio = results.longhand.lateBytes / results.longhand.middleBytes;
    return {
      rows: [row('Longhand', results.longhand), row('transformers.js pipeline', results.pipeline)],
      summary: {
        ratio,
        mostRatio: MOST_RATIO,
        pipelineRatio: results.pipeline.lateBytes / results.pipeline.middleBytes,
        liveTensorsAtEnd: ours.liveTensorsAtEnd,
        ...results,
        model: basename(model),
      },
      holds: ratio <= MOST_RATIO && ours.liveTensorsAtEnd === 0,
    };
  },
};

async function readOurs(path: string, { url, model, threads, say }: Setting): Promise<Readings> {
  await using page = await AppPage.open({ url, gpu: 'none' });
  let probe: MemoryProbe | undefined;
  const read: { seconds: number; bytes: number }[] = [];
  const settings = {
    ...DEFAULT_SETTINGS,
    backend: 'wasm',
    threads,
    model: `${url}models/${model}/`,
  } as const;
  const { ok, error, stats } = await page.transcribe(path, {
    settings,
    onProgress: async ({ doneSeconds }) => {
      probe ??= await openMemoryProbe(page.page!);
      const { jsBytes, wasmBytes } = await probe.read();
      read.push({ seconds: doneSeconds, bytes: jsBytes + wasmBytes });
      say(`ours at ${Math.round(doneSeconds)} s: ${megabytes(jsBytes + wasmBytes)} MB`);
    },
  });
  if (!ok) throw new Error(`${path}: ${error?.message}`);
  const secondsPerChunk = stats.audioSeconds / stats.chunks;
  const points = read
    .slice(0, -LAST_BATCHES)
    .map(({ seconds, bytes }) => ({ x: seconds / secondsPerChunk, y: bytes }));
  return { points, liveTensorsAtEnd: stats.liveTensorsAtEnd };
}

async function readPipeline(runs: number, { url, model, threads, say }: Setting): Promise<Readings> {
  const browser = await chromium.launch(chromiumLaunchOptions({ gpu: 'none' }));
  try {
    const page = await browser.newPage();
    await page.goto(url);
    await callOpponent(page, { load: { models: '/models/', model, dtype: 'q8', device: 'wasm', threads } });
    const options = { chunk_length_s: WINDOW_SECONDS, stride_length_s: 0, return_timestamps: true };
    const points: Point[] = [];
    let probe: MemoryProbe | undefined;
    for (let run = 1; run <= runs; run++) {
      const { heapBytes } = await callOpponent(page, { run: { samplesUrl: '/audio/window.f32', options } });
      probe ??= await openMemoryProbe(page);
      const bytes = (await probe.read()).jsBytes + heapBytes;
      points.push({ x: run, y: bytes });
      say(`pipeline after ${run} chunks: ${megabytes(bytes)} MB`);
    }
    return { points, liveTensorsAtEnd: null };
  } finally {
    await browser.close();
  }
}

function summarize({ points }: Readings) {
  const third = Math.floor(points.length / 3);
  const settled = points.slice(third);
  const { perUnit, standardError } = fitSlope(settled);
  return {
    chunks: Math.round(points.at(-1)!.x),
    readings: points.length,
    firstBytes: points[0]!.y,
    middleBytes: meanBytes(settled.slice(0, -third)),
    lateBytes: meanBytes(points.slice(-third)),
    growthPerChunk: perUnit,
    standardError,
  };
}

const meanBytes = (points: readonly Point[]): number =>
  points.reduce((sum, { y }) => sum + y, 0) / points.length;
const megabytes = (bytes: number): number => Number((bytes / 1e6).toFixed(1));
