/**
 * Whether speed costs text: every recording of `../shared/audio` three times. One window at a time at full context is
 * what the others are held against; several windows together at full context must give the same text; the defaults,
 * which give short windows to a model trained for them when a recording is longer than one window, are told beside it.
 * `--audio DIR` with a manifest.json of `file`, `--model FOLDER` (the embedded one), `--threads 2`.
 */
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DEFAULT_SETTINGS, type JobSettings } from '../../src/jobs/job-settings';
import type { Benchmark } from '../../tools/bench/benchmark';
import { openServer } from '../../tools/serve/server.mjs';
import { AppPage } from '../../tools/transcribe/app-page';
import { characterErrors } from '../fixtures/character-errors';

const MOST_ERRORS = 0.005;

const OPTIONS = {
  audio: { type: 'string', default: '../shared/audio' },
  model: { type: 'string', default: 'public/models/embedded' },
  threads: { type: 'string', default: '2' },
} as const;

const WAYS: Record<string, Partial<JobSettings>> = {
  'one by one, full context': { batch: 1, audioContext: 'full' },
  'together, full context': { audioContext: 'full' },
  defaults: {},
};

export const benchmark: Benchmark = {
  title: 'Agreement: characters that differ from decoding one window at a time at full context',

  async run({ args, appFolder, say }) {
    const { values } = parseArgs({ args, options: OPTIONS });
    const model = resolve(values.model);
    const audio = resolve(values.audio);
    const clips = JSON.parse(await readFile(join(audio, 'manifest.json'), 'utf8')) as { file: string }[];
    await using server = await openServer({
      folder: appFolder,
      mounts: { '/models/': `${dirname(model)}/` },
    });
    await using page = await AppPage.open({ url: server.url, gpu: 'none' });
    const errors = new Map(Object.keys(WAYS).map((way) => [way, 0]));
    let characters = 0;
    for (const { file } of clips) {
      let reference: string | undefined;
      for (const [way, chosen] of Object.entries(WAYS)) {
        const settings = {
          ...DEFAULT_SETTINGS,
          ...chosen,
          backend: 'wasm' as const,
          threads: Number(values.threads),
          model: `${server.url}models/${basename(model)}/`,
        };
        const { ok, error, outputs } = await page.transcribe(join(audio, file), {
          settings,
          onProgress: () => undefined,
        });
        if (!ok) throw new Error(`${file}: ${error?.message}`);
        reference ??= outputs.txt;
        errors.set(way, errors.get(way)! + characterErrors(reference, outputs.txt));
      }
      characters += reference!.length;
      say(`${file}: ${[...errors.values()].join(', ')} of ${characters} characters so far`);
    }
    const rate = (way: string) => errors.get(way)! / characters;
    const ratio = rate('together, full context');
    return {
      rows: [...errors.keys()].map((way) => ({
        way,
        'characters that differ': errors.get(way)!,
        'of all, %': Number((100 * rate(way)).toFixed(2)),
      })),
      summary: { ratio, mostRatio: MOST_ERRORS, characters, defaults: rate('defaults') },
      holds: ratio <= MOST_ERRORS,
    };
  },
};
