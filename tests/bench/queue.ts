/**
 * A queue of many short files, some of them damaged, dropped on the page at once. Counted: transcripts with text,
 * failures with a reason, and live bytes (JavaScript after a garbage collection, and all WASM heaps) after each file.
 * The ratio is the mean of the last third of the readings to that of the middle third: flat memory is 1.
 * `--files 100`, `--damaged 10`, `--seed 1`.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
// Files take seconds; the list is looked at, nothing waits for a state by the clock.
import { setTimeout as after } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright';
import type { Benchmark } from '../../tools/bench/benchmark';
import { openServer } from '../../tools/serve/server.mjs';
import { chromiumLaunchOptions } from '../../tools/setup/chromium.mjs';
import type { Report } from '../../src/ui/report/report';
import { createRandom } from '../fixtures/random';
import { readWav, wavOf } from '../fixtures/wav';
import { countWasmMemories, openMemoryProbe } from './page-memory';

const CLIP = 'tests/fixtures/jfk.wav';
const SAMPLE_RATE = 16_000;
const LOOK_MS = 250;
/** As `memory` promises for one recording. */
const MOST_RATIO = 1.02;

const OPTIONS = {
  files: { type: 'string', default: '100' },
  damaged: { type: 'string', default: '10' },
  seed: { type: 'string', default: '1' },
} as const;

export const benchmark: Benchmark = {
  title: 'Queue: many short files with damaged ones among them, and live bytes after each',

  async run({ args, appFolder, scratchFolder, say }) {
    const { values } = parseArgs({ args, options: OPTIONS });
    const [files, damaged] = [Number(values.files), Number(values.damaged)];
    const paths = await writeFiles(
      join(scratchFolder, 'files'),
      files,
      damaged,
      createRandom(Number(values.seed)),
    );
    await countWasmMemories(appFolder);
    await using server = await openServer({ folder: appFolder });
    const options = chromiumLaunchOptions({ gpu: 'none' });
    const browser = await chromium.launch({
      ...options,
      args: [...options.args, '--enable-precise-memory-info'],
    });
    try {
      const page = await browser.newPage();
      await page.goto(server.url);
      await page.locator('main input[type=file]').first().setInputFiles(paths);
      const queue = page.getByRole('complementary', { name: 'queue' }).getByRole('listitem');
      await queue.last().waitFor();
      const ended = () => queue.filter({ hasNotText: /Waiting|Opening|Writing/ }).count();

      const probe = await openMemoryProbe(page);
      const bytes: number[] = [];
      for (let count = 0; count < files;) {
        await after(LOOK_MS);
        const now = await ended();
        if (now === count) continue;
        count = now;
        const { jsBytes, wasmBytes } = await probe.read();
        bytes.push(jsBytes + wasmBytes);
        say(`${count} of ${files}: ${((jsBytes + wasmBytes) / 1e6).toFixed(1)} MB`);
      }
      const report = await savedReport(page);
      const withText = report.results.filter(
        ({ outcome, audioSeconds }) => outcome === 'done' && audioSeconds > 0,
      );
      const reasons = report.results.filter(({ failure }) => failure !== null);
      const third = Math.floor(bytes.length / 3);
      const ratio = mean(bytes.slice(-third)) / mean(bytes.slice(third, 2 * third));
      return {
        rows: [
          {
            files,
            transcripts: withText.length,
            reasons: reasons.length,
            'MB, middle third': megabytes(mean(bytes.slice(third, 2 * third))),
            'MB, last third': megabytes(mean(bytes.slice(-third))),
            'times real time': report.speed ?? 0,
          },
        ],
        summary: {
          ratio,
          mostRatio: MOST_RATIO,
          transcripts: withText.length,
          codes: reasons.map(({ failure }) => failure!.code),
          audioHours: report.audioHours,
          workSeconds: report.workSeconds,
          speed: report.speed,
          readings: bytes.length,
        },
        holds: ratio <= MOST_RATIO && withText.length === files - damaged && reasons.length === damaged,
      };
    } finally {
      await browser.close();
    }
  },
};

/** Cuts of the clip, 3 to 11 s; every so many is damaged in one of five ways. */
async function writeFiles(
  folder: string,
  files: number,
  damaged: number,
  random: () => number,
): Promise<string[]> {
  await mkdir(folder);
  const clip = readWav(await readFile(CLIP));
  const every = Math.floor(files / damaged);
  const paths: string[] = [];
  for (let index = 0; index < files; index++) {
    const length = Math.round((3 + random() * 8) * SAMPLE_RATE);
    const good = wavOf(clip.subarray(0, length));
    const isDamaged = index % every === every - 1 && index < every * damaged;
    const path = join(folder, `${String(index + 1).padStart(3, '0')}.${isDamaged ? 'mp3' : 'wav'}`);
    await writeFile(path, isDamaged ? damage(good, Math.floor(index / every), random) : good);
    paths.push(path);
  }
  return paths;
}

function damage(good: Uint8Array, kind: number, random: () => number): Uint8Array {
  switch (kind % 5) {
    case 0:
      return new Uint8Array(0);
    case 1:
      return new TextEncoder().encode('<!doctype html><p>Not found</p>'.repeat(40));
    case 2:
      return good.subarray(0, 30);
    case 3:
      return Uint8Array.from({ length: 5000 }, () => Math.floor(random() * 256));
    default:
      return new Uint8Array(5000);
  }
}

async function savedReport(page: import('playwright').Page): Promise<Report> {
  await page.getByRole('link', { name: /^Report on/ }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save this report as JSON' }).click();
  return JSON.parse(await readFile(await (await download).path(), 'utf8')) as Report;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const megabytes = (bytes: number): number => Number((bytes / 1e6).toFixed(1));
