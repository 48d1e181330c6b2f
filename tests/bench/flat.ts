/**
 * Memory does not grow with the recording. The same speech is repeated to ten minutes and to an hour, each is
 * transcribed in a fresh browser, and the peaks are compared; the hour's file is several times larger than the peak,
 * so it cannot have been read whole. `--minutes 10,60` chooses other lengths.
 */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DEFAULT_SETTINGS } from '../../src/jobs/job-settings';
import type { Benchmark } from '../../tools/bench/benchmark';
import { openServer } from '../../tools/serve/server.mjs';
import { AppPage } from '../../tools/transcribe/app-page';
import { openMemorySampler } from '../../tools/transcribe/process-memory';
import { readWav } from '../fixtures/wav';
import { writeLongRecording } from './long-recording';
import { countWasmMemories, type MemoryProbe, openMemoryProbe } from './page-memory';

const MOST_RATIO = 1.02;
const CLIP = 'tests/fixtures/jfk.wav';

interface Measurement {
  minutes: number;
  fileBytes: number;
  /** Readings of memory, one after each batch. */
  readings: number;
  peakBytes: number;
  wasmHeapBytes: number;
  processPeakBytes: number;
  wallSeconds: number;
  segments: number;
  coveredShare: number;
  liveTensorsAtEnd: number | null;
}

export const benchmark: Benchmark = {
  title: 'Peak of JavaScript and WASM memory (page and workers): a short recording against a long one',

  async run({ args, appFolder, scratchFolder, say }) {
    const { values } = parseArgs({ args, options: { minutes: { type: 'string', default: '10,60' } } });
    const lengths = values.minutes.split(',').map(Number);
    const clip = readWav(await readFile(CLIP));
    await countWasmMemories(appFolder);
    await using server = await openServer({ folder: appFolder });

    const measurements: Measurement[] = [];
    for (const minutes of lengths) {
      const path = join(scratchFolder, `${minutes}-minutes.wav`);
      const fileBytes = await writeLongRecording(path, clip, minutes * 60);
      say(`${minutes} min, ${megabytes(fileBytes)} MB …`);
      measurements.push({ minutes, fileBytes, ...(await measure(server.url, path)) });
      await rm(path);
    }

    const shortest = measurements[0]!;
    const longest = measurements.at(-1)!;
    const ratio = longest.peakBytes / shortest.peakBytes;
    const neverReadWhole =
      longest.processPeakBytes < longest.fileBytes || longest.peakBytes < longest.fileBytes / 2;
    return {
      rows: measurements.map((one) => ({
        minutes: one.minutes,
        'file, MB': megabytes(one.fileBytes),
        'peak JS and WASM, MB': megabytes(one.peakBytes),
        'of it WASM, MB': megabytes(one.wasmHeapBytes),
        readings: one.readings,
        'peak of all processes, MB': megabytes(one.processPeakBytes),
        'wall, s': Math.round(one.wallSeconds),
        'times real time': Number(((one.minutes * 60) / one.wallSeconds).toFixed(1)),
        segments: one.segments,
        'speech covered, %': Number((100 * one.coveredShare).toFixed(2)),
        'live tensors': one.liveTensorsAtEnd ?? 'unknown',
      })),
      summary: { ratio, mostRatio: MOST_RATIO, neverReadWhole, measurements },
      holds: ratio <= MOST_RATIO && neverReadWhole,
    };
  },
};

async function measure(url: string, path: string): Promise<Omit<Measurement, 'minutes' | 'fileBytes'>> {
  await using page = await AppPage.open({ url, gpu: 'none' });
  const processes = openMemorySampler();
  let probe: MemoryProbe | undefined;
  let peakBytes = 0;
  let wasmHeapBytes = 0;
  let readings = 0;
  let segments = 0;
  const { ok, error, stats } = await page.transcribe(path, {
    settings: { ...DEFAULT_SETTINGS, backend: 'wasm' },
    onProgress: async (progress) => {
      segments = progress.segments;
      probe ??= await openMemoryProbe(page.page!);
      const { jsBytes, wasmBytes } = await probe.read();
      peakBytes = Math.max(peakBytes, jsBytes + wasmBytes);
      wasmHeapBytes = Math.max(wasmHeapBytes, wasmBytes);
      readings += 1;
    },
  });
  processes.close();
  if (!ok) throw new Error(`${path}: ${error?.message}`);
  if (readings < 3)
    throw new Error(`only ${readings} readings of memory: the recording is too short to compare`);
  return {
    readings,
    peakBytes,
    wasmHeapBytes,
    processPeakBytes: processes.peakBytes ?? Infinity,
    wallSeconds: stats.wallSeconds,
    segments,
    coveredShare: stats.speechSeconds > 0 ? stats.coveredSpeechSeconds / stats.speechSeconds : 0,
    liveTensorsAtEnd: stats.liveTensorsAtEnd,
  };
}

const megabytes = (bytes: number): number => Math.round(bytes / 1e6);
