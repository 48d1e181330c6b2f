/**
 * Words out of nothing: ten minutes of silence, noise, tones and music through the built app must give not one word, and
 * none of it may reach the model. Voice activity at its default, or at `--vad-threshold P`.
 * `--minutes 10`, `--model FOLDER` (the embedded one), `--threads 2`.
 */
import { writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DEFAULT_SETTINGS } from '../../src/jobs/job-settings';
import { thresholdsAt } from '../../src/protocol/speech-thresholds';
import type { Benchmark } from '../../tools/bench/benchmark';
import { openServer } from '../../tools/serve/server.mjs';
import { AppPage } from '../../tools/transcribe/app-page';
import { NO_SPEECH, noSpeech, type NoSpeech } from '../fixtures/no-speech';
import { wavOf } from '../fixtures/wav';

const OPTIONS = {
  minutes: { type: 'string', default: '10' },
  model: { type: 'string', default: 'public/models/embedded' },
  threads: { type: 'string', default: '2' },
  'vad-threshold': { type: 'string', default: '0.5' },
} as const;

export const benchmark: Benchmark = {
  title: 'Silence: words written and seconds decoded where nobody speaks',

  async run({ args, appFolder, scratchFolder }) {
    const { values } = parseArgs({ args, options: OPTIONS });
    const model = resolve(values.model);
    const kinds = Object.keys(NO_SPEECH) as NoSpeech[];
    const seconds = (60 * Number(values.minutes)) / kinds.length;
    await using server = await openServer({
      folder: appFolder,
      mounts: { '/models/': `${dirname(model)}/` },
    });
    await using page = await AppPage.open({ url: server.url, gpu: 'none' });
    const settings = {
      ...DEFAULT_SETTINGS,
      backend: 'wasm' as const,
      threads: Number(values.threads),
      speech: thresholdsAt(Number(values['vad-threshold'])),
      model: `${server.url}models/${basename(model)}/`,
    };
    const rows = [];
    for (const kind of kinds) {
      const path = join(scratchFolder, `${kind.replaceAll(' ', '-')}.wav`);
      await writeFile(path, wavOf(noSpeech(kind, seconds)));
      const { ok, error, outputs, stats } = await page.transcribe(path, {
        settings,
        onProgress: () => undefined,
      });
      if (!ok) throw new Error(`${kind}: ${error?.message}`);
      rows.push({
        kind,
        seconds: Number(stats.audioSeconds.toFixed(1)),
        'pieces decoded': stats.chunks,
        words: outputs.txt.split(/\s+/).filter(Boolean).length,
      });
    }
    const words = rows.reduce((sum, row) => sum + row.words, 0);
    const chunks = rows.reduce((sum, row) => sum + row['pieces decoded'], 0);
    return {
      rows,
      summary: { ratio: words, chunks, seconds: seconds * kinds.length },
      holds: words === 0 && chunks === 0,
    };
  },
};
