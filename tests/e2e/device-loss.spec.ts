/**
 * The graphics device goes in the middle of a job, for real: the browser's GPU process is crashed. On the adapter made
 * of software a window takes tens of seconds, so this runs only with `LONGHAND_SLOW=1`; the rules themselves are in
 * tests/unit/recovery.test.ts, and what a batch gives on a lost device in tests/browser/speech/device-loss.test.ts.
 */
import { readFile, writeFile } from 'node:fs/promises';
// Random moments are what is tested here: nothing waits for a state by the clock.
import { setTimeout as after } from 'node:timers/promises';
import { expect, test } from '@playwright/test';
import { DEFAULT_SETTINGS } from '../../src/jobs/job-settings';
import { AppPage } from '../../tools/transcribe/app-page';

const CLIP_SECONDS = 3;
/** 16 bit mono at 16 kHz. */
const HEADER_BYTES = 44;
const BYTES_PER_SECOND = 32_000;
/** Less than a window takes, so that every attempt loses its device. */
const BETWEEN_CRASHES_MS = 5_000;
/** Chromium gives no adapter after the second of them, and ends itself after some more. */
const MOST_CRASHES = 4;

const slow = process.env.LONGHAND_SLOW === '1';
if (!slow) process.stderr.write('Left out without LONGHAND_SLOW=1: device loss on the software adapter.\n');

test.skip(!slow, 'several minutes: LONGHAND_SLOW=1');
test.setTimeout(15 * 60_000);

const settings = {
  ...DEFAULT_SETTINGS,
  backend: 'webgpu',
  audioContext: 'short',
  language: 'en',
} as const;

test.describe('the GPU process crashes', () => {
  let clip: string;
  let page: AppPage;

  test.beforeEach(async ({}, info) => {
    clip = info.outputPath('clip.wav');
    await writeFile(clip, cut(await readFile('tests/fixtures/jfk.wav'), CLIP_SECONDS));
    page = await AppPage.open({ url: process.env.LONGHAND_E2E_URL!, gpu: 'software' });
  });
  test.afterEach(() => page.close());

  const transcribe = () => page.transcribe(clip, { settings, onProgress: () => undefined });
  const crash = async () => {
    const session = await page.page!.context().browser()!.newBrowserCDPSession();
    await session.send('Browser.crashGpuProcess');
    await session.detach();
  };

  test('once, at a random moment: the job ends on the same backend with the same text', async () => {
    await transcribe();
    const undisturbed = await transcribe();
    expect(undisturbed).toMatchObject({ ok: true, stats: { backend: 'webgpu' } });
    const moment = Math.random() * undisturbed.stats.wallSeconds;
    const run = transcribe();
    await after(moment * 1000);
    await crash();
    const disturbed = await run;
    expect(disturbed.error, `crashed after ${moment} s`).toBeNull();
    expect(disturbed.outputs.txt, `crashed after ${moment} s`).toBe(undisturbed.outputs.txt);
    expect(disturbed.stats).toMatchObject({ backend: 'webgpu', liveTensorsAtEnd: 0 });
  });

  test('again and again: the job ends on the processor with its text', async () => {
    const onProcessor = await page.transcribe(clip, {
      settings: { ...settings, backend: 'wasm' },
      onProgress: () => undefined,
    });
    let ended = false;
    const run = transcribe().finally(() => (ended = true));
    for (let crashes = 0; crashes < MOST_CRASHES && !ended; crashes++) {
      await crash();
      await Promise.race([run, after(BETWEEN_CRASHES_MS)]);
    }
    const disturbed = await run;
    expect(disturbed.error).toBeNull();
    expect(disturbed.outputs.txt).toBe(onProcessor.outputs.txt);
    expect(disturbed.stats).toMatchObject({ backend: 'wasm', liveTensorsAtEnd: 0 });
  });
});

/** The first seconds of a WAV with a plain header. */
function cut(wav: Buffer, seconds: number): Buffer {
  const bytes = seconds * BYTES_PER_SECOND;
  const short = Buffer.from(wav.subarray(0, HEADER_BYTES + bytes));
  short.writeUInt32LE(HEADER_BYTES - 8 + bytes, 4);
  short.writeUInt32LE(bytes, HEADER_BYTES - 4);
  return short;
}
