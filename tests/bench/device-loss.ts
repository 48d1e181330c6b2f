/**
 * The graphics device goes at a random moment of a job, again and again: each transcript must equal the undisturbed one.
 * The device is destroyed from inside its worker (`GPUDevice.destroy`), which may be done any number of times; a crash of
 * the whole GPU process, after the second of which Chromium gives no adapter, is in tests/e2e/device-loss.spec.ts.
 * `--losses 20`, `--seconds 3` of the fixture; on the software adapter a loss costs about a minute.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
// Random moments are what is measured here: nothing waits for a state by the clock.
import { setTimeout as after } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { DEFAULT_SETTINGS } from '../../src/jobs/job-settings';
import type { Benchmark } from '../../tools/bench/benchmark';
import { openServer } from '../../tools/serve/server.mjs';
import { AppPage } from '../../tools/transcribe/app-page';
import { prependToWorkers } from './worker-scripts';

const CLIP = 'tests/fixtures/jfk.wav';
/** 16 bit mono at 16 kHz. */
const HEADER_BYTES = 44;
const BYTES_PER_SECOND = 32_000;

/** Remembers the device of a worker. */
const DEVICES = `{
  const { requestDevice } = GPUAdapter.prototype;
  GPUAdapter.prototype.requestDevice = async function (...args) {
    return (globalThis.longhandDevice = await requestDevice.apply(this, args));
  };
}
`;

const OPTIONS = {
  losses: { type: 'string', default: '20' },
  seconds: { type: 'string', default: '3' },
} as const;

export const benchmark: Benchmark = {
  title: 'Device loss: jobs whose graphics device went at a random moment, and their transcripts',

  async run({ args, appFolder, scratchFolder, say }) {
    const { values } = parseArgs({ args, options: OPTIONS });
    const losses = Number(values.losses);
    const clip = join(scratchFolder, 'clip.wav');
    await writeFile(clip, cut(await readFile(CLIP), Number(values.seconds)));
    await prependToWorkers(appFolder, DEVICES);
    await using server = await openServer({ folder: appFolder });
    await using page = await AppPage.open({ url: server.url, gpu: 'software' });
    const settings = {
      ...DEFAULT_SETTINGS,
      backend: 'webgpu',
      audioContext: 'short',
      language: 'en',
    } as const;
    const transcribe = () => page.transcribe(clip, { settings, onProgress: () => undefined });

    await transcribe();
    const undisturbed = await transcribe();
    if (!undisturbed.ok || undisturbed.stats.backend !== 'webgpu') throw new Error('no WebGPU to lose');
    const { wallSeconds } = undisturbed.stats;
    const rows: { 'lost after, s': number; hit: string; backend: string; text: string; 'wall, s': number }[] =
      [];
    for (let loss = 1; loss <= losses; loss++) {
      const moment = Math.random() * wallSeconds;
      const run = transcribe();
      await after(moment * 1000);
      const hit = await destroyDevice(page);
      const { error, outputs, stats } = await run;
      const isSame = !error && outputs.txt === undisturbed.outputs.txt;
      rows.push({
        'lost after, s': Number(moment.toFixed(1)),
        hit: hit ? 'yes' : 'no device',
        backend: stats.backend ?? '',
        text: isSame ? 'the same' : (error?.code ?? 'another'),
        'wall, s': Number(stats.wallSeconds.toFixed(1)),
      });
      say(
        `loss ${loss} after ${moment.toFixed(1)} s: ${rows.at(-1)!.text} (${stats.wallSeconds.toFixed(0)} s)`,
      );
    }
    const same = rows.filter(({ text }) => text === 'the same').length;
    return {
      rows,
      summary: { ratio: same / losses, losses, same, undisturbedSeconds: wallSeconds },
      holds: same === losses,
    };
  },
};

/** False where no worker had a device at that moment. */
async function destroyDevice(page: AppPage): Promise<boolean> {
  const destroyed = await Promise.all(
    (page.page?.workers() ?? []).map((worker) =>
      worker.evaluate(() => {
        const { longhandDevice } = globalThis as { longhandDevice?: GPUDevice };
        longhandDevice?.destroy();
        return longhandDevice !== undefined;
      }),
    ),
  );
  return destroyed.includes(true);
}

/** The first seconds of a WAV with a plain header. */
function cut(wav: Buffer, seconds: number): Buffer {
  const bytes = seconds * BYTES_PER_SECOND;
  const short = Buffer.from(wav.subarray(0, HEADER_BYTES + bytes));
  short.writeUInt32LE(HEADER_BYTES - 8 + bytes, 4);
  short.writeUInt32LE(bytes, HEADER_BYTES - 4);
  return short;
}
