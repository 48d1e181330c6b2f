/**
 * How far word starts are from the truth, for what is recognized: clips whose synthesizers told when they say each word,
 * through the built app with word times; words that were recognized rightly are held against them. (With the text
 * given, tests/browser/speech/words.test.ts measures all words.) And what word times cost.
 * `--audio DIR` as tools/spoken-words makes it (tests/fixtures/spoken-words), `--model FOLDER` (the embedded one),
 * `--threads 2`, `--backend wasm`.
 */
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DEFAULT_SETTINGS } from '../../src/jobs/job-settings';
import type { Benchmark } from '../../tools/bench/benchmark';
import { openServer } from '../../tools/serve/server.mjs';
import { AppPage } from '../../tools/transcribe/app-page';
import { matchingWords } from '../fixtures/matching-words';

const MOST_MEDIAN_SECONDS = 0.08;
const MOST_SECONDS = 0.25;

const OPTIONS = {
  audio: { type: 'string', default: 'tests/fixtures/spoken-words' },
  model: { type: 'string', default: 'public/models/embedded' },
  threads: { type: 'string', default: '2' },
  backend: { type: 'string', default: 'wasm' },
} as const;

interface Spoken {
  file: string;
  words: [word: string, startSeconds: number | null, endSeconds: number | null][];
}
interface TimedText {
  segments: { words: { text: string; start: number; end: number }[] }[];
}

export const benchmark: Benchmark = {
  title: 'Words: seconds between the start of a recognized word and the truth',

  async run({ args, appFolder, say }) {
    const { values } = parseArgs({ args, options: OPTIONS });
    const model = resolve(values.model);
    const folder = resolve(values.audio);
    const clips = JSON.parse(await readFile(join(folder, 'words.json'), 'utf8')) as Spoken[];
    const backend = values.backend === 'webgpu' ? 'webgpu' : 'wasm';
    await using server = await openServer({
      folder: appFolder,
      mounts: { '/models/': `${dirname(model)}/` },
    });
    await using page = await AppPage.open({
      url: server.url,
      gpu: backend === 'webgpu' ? 'software' : 'none',
    });
    const run = async (file: string, words: boolean) => {
      const settings = {
        ...DEFAULT_SETTINGS,
        backend,
        words,
        threads: Number(values.threads),
        model: `${server.url}models/${basename(model)}/`,
      } as const;
      const result = await page.transcribe(join(folder, file), { settings, onProgress: () => undefined });
      if (!result.ok) throw new Error(`${file}: ${result.error?.message}`);
      return result;
    };
    // Sessions are opened by the first.
    await run(clips[0]!.file, true);

    const errors = new Map<string, number[]>();
    const seconds = { plain: 0, timed: 0 };
    let spoken = 0;
    for (const { file, words } of clips) {
      seconds.plain += (await run(file, false)).stats.stages.decoder;
      const { outputs, stats } = await run(file, true);
      seconds.timed += stats.stages.decoder;
      const heard = (JSON.parse(outputs.json) as TimedText).segments.flatMap((segment) => segment.words);
      const voice = file.replace(/-\d+\.flac$/, '');
      const ofVoice = errors.get(voice) ?? [];
      errors.set(voice, ofVoice);
      spoken += words.length;
      const matches = matchingWords(
        words.map(([word]) => word),
        heard.map(({ text }) => text),
      );
      for (const [at, found] of matches) {
        const start = words[at]![1];
        if (start !== null) ofVoice.push(Math.abs(heard[found]!.start - start));
      }
      say(`${file}: ${heard.length} words, ${matches.length} of ${words.length} right`);
    }
    const all = [...errors.values()].flat();
    const row = (voice: string, of: readonly number[]) => ({
      voice,
      'words right': of.length,
      'median, ms': Math.round(1000 * quantile(of, 0.5)),
      '95 %, ms': Math.round(1000 * quantile(of, 0.95)),
    });
    const [median, most] = [quantile(all, 0.5), quantile(all, 0.95)];
    return {
      rows: [...[...errors].map(([voice, of]) => row(voice, of)), row('all', all)],
      summary: {
        ratio: median / MOST_MEDIAN_SECONDS,
        median,
        most,
        words: all.length,
        spoken,
        decoderSeconds: seconds,
        model: basename(model),
      },
      holds: median < MOST_MEDIAN_SECONDS && most < MOST_SECONDS,
    };
  },
};

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? NaN;
