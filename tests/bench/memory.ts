/**
 * Memory does not grow with the recording. The same speech is repeated to ten minutes and to an hour, each is
 * transcribed in a fresh browser, and the peaks are compared; the long file is several times larger than the peak,
 * so it cannot have been read whole. Then the slope of the long one's readings, past the length of the short one:
 * nothing may stay behind of a chunk but its text. `--hours 10` for a longer one, `--minutes 10,60` for other lengths.
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
import { fitSlope, type Point, type Slope } from './slope';

const MOST_RATIO = 1.02;
/** Standard errors that a slope may be above its bound by chance. */
const DOUBT = 2;
/** At the end of a recording nothing is read ahead any more: readings there are lower than any before. */
const LAST_BATCHES = 2;
const CLIP = 'tests/fixtures/jfk.wav';

interface Measurement {
  minutes: number;
  fileBytes: number;
  /** Readings of memory, one after each batch: seconds of the recording that were done, bytes. */
  readings: Point[];
  chunks: number;
  /** Of the transcript as JSON: it is kept, and so may grow. */
  textBytes: number;
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
    const { values } = parseArgs({
      args,
      options: { minutes: { type: 'string', default: '10,60' }, hours: { type: 'string' } },
    });
    const lengths = values.hours ? [10, Number(values.hours) * 60] : values.minutes.split(',').map(Number);
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
    const slope = slopePerChunk(longest, shortest.minutes * 60);
    const textBytesPerChunk = longest.textBytes / longest.chunks;
    const keepsTextOnly = slope.perUnit - DOUBT * slope.standardError <= textBytesPerChunk;
    const neverReadWhole =
      longest.processPeakBytes < longest.fileBytes || longest.peakBytes < longest.fileBytes / 2;
    return {
      rows: measurements.map((one) => ({
        minutes: one.minutes,
        'file, MB': megabytes(one.fileBytes),
        'peak JS and WASM, MB': megabytes(one.peakBytes),
        'of it WASM, MB': megabytes(one.wasmHeapBytes),
        readings: one.readings.length,
        'peak of all processes, MB': megabytes(one.processPeakBytes),
        'slope, bytes per chunk': one === longest ? Math.round(slope.perUnit) : '',
        'standard error': one === longest ? Math.round(slope.standardError) : '',
        'wall, s': Math.round(one.wallSeconds),
        'times real time': Number(((one.minutes * 60) / one.wallSeconds).toFixed(1)),
        segments: one.segments,
        'speech covered, %': Number((100 * one.coveredShare).toFixed(2)),
        'live tensors': one.liveTensorsAtEnd ?? 'unknown',
      })),
      summary: {
        ratio,
        mostRatio: MOST_RATIO,
        neverReadWhole,
        slopeBytesPerChunk: slope.perUnit,
        slopeStandardError: slope.standardError,
        textBytesPerChunk,
        keepsTextOnly,
        measurements: measurements.map((one) => ({ ...one, readings: one.readings.length })),
      },
      holds: ratio <= MOST_RATIO && neverReadWhole && keepsTextOnly,
    };
  },
};

/** Without the readings before `fromSeconds`, in which caches fill and batches grow; all where too few are left. */
function slopePerChunk({ readings, chunks, minutes }: Measurement, fromSeconds: number): Slope {
  const reading = readings.slice(0, -LAST_BATCHES);
  const late = reading.filter(({ x }) => x >= fromSeconds);
  const secondsPerChunk = (minutes * 60) / chunks;
  return fitSlope((late.length >= 3 ? late : reading).map(({ x, y }) => ({ x: x / secondsPerChunk, y })));
}

async function measure(url: string, path: string): Promise<Omit<Measurement, 'minutes' | 'fileBytes'>> {
  await using page = await AppPage.open({ url, gpu: 'none' });
  const processes = openMemorySampler();
  let probe: MemoryProbe | undefined;
  let peakBytes = 0;
  let wasmHeapBytes = 0;
  const readings: Point[] = [];
  let segments = 0;
  const { ok, error, outputs, stats } = await page.transcribe(path, {
    settings: { ...DEFAULT_SETTINGS, backend: 'wasm' },
    onProgress: async (progress) => {
      segments = progress.segments;
      probe ??= await openMemoryProbe(page.page!);
      const { jsBytes, wasmBytes } = await probe.read();
      peakBytes = Math.max(peakBytes, jsBytes + wasmBytes);
      wasmHeapBytes = Math.max(wasmHeapBytes, wasmBytes);
      readings.push({ x: progress.doneSeconds, y: jsBytes + wasmBytes });
    },
  });
  processes.close();
  if (!ok) throw new Error(`${path}: ${error?.message}`);
  if (readings.length < 3 + LAST_BATCHES)
    throw new Error(`only ${readings.length} readings of memory: the recording is too short to compare`);
  return {
    readings,
    chunks: stats.chunks,
    textBytes: Buffer.byteLength(outputs.json),
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
