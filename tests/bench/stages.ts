/**
 * Where the time goes: seconds of each stage as `--stats` tells them, against the wall time of one job with the model
 * loaded. Media work runs beside decoding, in its own worker, so the shares may come to more or less than one.
 * `--file PATH` (3 min of the fixture, repeated), `--model FOLDER` (the embedded one), `--threads 2`,
 * `--context auto|full|short`.
 */
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DEFAULT_SETTINGS } from '../../src/jobs/job-settings';
import type { Benchmark } from '../../tools/bench/benchmark';
import { openServer } from '../../tools/serve/server.mjs';
import { AppPage } from '../../tools/transcribe/app-page';
import { readWav } from '../fixtures/wav';
import { writeLongRecording } from './long-recording';

const CLIP = 'tests/fixtures/jfk.wav';
const DEFAULT_SECONDS = 180;
const MOST_MEDIA_SHARE = 0.15;
/** Everything before the encoder. */
const MEDIA_WORK = ['decode', 'resample', 'voiceActivity', 'mel'] as const;
const STAGES = [...MEDIA_WORK, 'encoder', 'decoder'] as const;
const CONTEXTS = ['auto', 'full', 'short'] as const;

const OPTIONS = {
  file: { type: 'string' },
  model: { type: 'string', default: 'public/models/embedded' },
  threads: { type: 'string', default: '2' },
  context: { type: 'string', default: 'auto' },
} as const;

export const benchmark: Benchmark = {
  title: 'Stages: their share of the wall time of one job, on WASM',

  async run({ args, appFolder, scratchFolder, say }) {
    const { values } = parseArgs({ args, options: OPTIONS });
    const model = resolve(values.model);
    const path = values.file ? resolve(values.file) : join(scratchFolder, 'speech.wav');
    if (!values.file) await writeLongRecording(path, readWav(await readFile(CLIP)), DEFAULT_SECONDS);

    await using server = await openServer({
      folder: appFolder,
      mounts: { '/models/': `${dirname(model)}/` },
    });
    await using page = await AppPage.open({ url: server.url, gpu: 'none' });
    const settings = {
      ...DEFAULT_SETTINGS,
      backend: 'wasm',
      threads: Number(values.threads),
      model: `${server.url}models/${basename(model)}/`,
      audioContext: CONTEXTS.find((context) => context === values.context) ?? 'auto',
    } as const;
    const run = async () => {
      const { ok, error, stats } = await page.transcribe(path, { settings, onProgress: () => undefined });
      if (!ok) throw new Error(`${path}: ${error?.message}`);
      return stats;
    };
    say('Loading the model …');
    await run();
    const { stages, wallSeconds, audioSeconds, chunks } = await run();

    const mediaSeconds = MEDIA_WORK.reduce((sum, stage) => sum + stages[stage], 0);
    const ratio = mediaSeconds / wallSeconds;
    const row = (stage: string, seconds: number) => ({
      stage,
      seconds: Number(seconds.toFixed(3)),
      'share of wall, %': Number(((100 * seconds) / wallSeconds).toFixed(2)),
      'ms per minute of audio': Number(((60_000 * seconds) / audioSeconds).toFixed(1)),
    });
    return {
      rows: [
        ...STAGES.map((stage) => row(stage, stages[stage])),
        row('media work', mediaSeconds),
        row('wall', wallSeconds),
      ],
      summary: {
        ratio,
        mostRatio: MOST_MEDIA_SHARE,
        stages,
        wallSeconds,
        audioSeconds,
        chunks,
        model: basename(model),
      },
      holds: ratio < MOST_MEDIA_SHARE,
    };
  },
};
