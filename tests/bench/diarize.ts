/**
 * Who spoke when: diarization error of the simple method on recordings with RTTM (0.25 s not judged on either side of a
 * boundary, overlapping speech counted), beside one speaker for everything and the best published simple method that is
 * reproduced here (`bic-diarization.ts`), all three on the same speech regions. And how long it takes on the page to
 * divide an hour anew. `--audio DIR` (../shared/audio), `--model FOLDER`, `--repeats 10`, `--only NAME`.
 */
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { speakerErrors } from '../../src/evaluation/speaker-errors';
import { DEFAULT_SETTINGS } from '../../src/jobs/job-settings';
import { joinRanges } from '../../src/lib/time-ranges';
import { parseRttm } from '../../src/transcript/rttm';
import type { Turn } from '../../src/transcript/turns';
import type { Benchmark } from '../../tools/bench/benchmark';
import { openServer } from '../../tools/serve/server.mjs';
import { AppPage } from '../../tools/transcribe/app-page';
import { bicDiarization } from './bic-diarization';
import { decodedSamples } from './decoded-samples';
import { measureDivide } from './divide-hour';

const COLLAR_SECONDS = 0.25;
/** At least 40 % below one speaker for everything. */
const MOST_OF_FIRST = 0.6;
/** Of making the turns; what storing and drawing them takes is told beside it. */
const MOST_DIVIDE_MS = 200;

const OPTIONS = {
  audio: { type: 'string', default: '../shared/audio' },
  model: { type: 'string', default: 'public/models/embedded' },
  /** Recordings whose names begin so. */
  only: { type: 'string', default: '' },
  repeats: { type: 'string', default: '10' },
} as const;

interface Tally {
  wrongSeconds: number;
  totalSeconds: number;
}

export const benchmark: Benchmark = {
  title: 'Speakers: diarization error beside two baselines, and milliseconds to divide an hour anew',

  async run({ args, appFolder, scratchFolder, say }) {
    const { values } = parseArgs({ args, options: OPTIONS });
    const audio = resolve(values.audio);
    const model = resolve(values.model);
    const all = (await readdir(audio)).filter((name) => name.endsWith('.rttm')).sort();
    const names = all.filter((name) => !values.only || name.startsWith(values.only));
    if (names.length === 0) throw new Error(`no RTTM in ${audio}`);
    await using server = await openServer({
      folder: appFolder,
      mounts: { '/models/': `${dirname(model)}/`, '/audio/': `${scratchFolder}/` },
    });
    const tallies = new Map<string, Tally>();
    const rows: Record<string, string | number>[] = [];
    {
      await using page = await AppPage.open({ url: server.url, gpu: 'none' });
      for (const name of names) {
        const reference = parseRttm(await readFile(join(audio, name), 'utf8'));
        const path = join(audio, name.replace(/\.rttm$/, '.flac'));
        const people = new Set(reference.map(({ speaker }) => speaker)).size;
        const label = async (speakers: number | null): Promise<Turn[]> => {
          const settings = {
            ...DEFAULT_SETTINGS,
            backend: 'wasm' as const,
            model: `${server.url}models/${basename(model)}/`,
            diarize: 'simple' as const,
            speakers,
          };
          const { outputs, speakerError } = await page.transcribe(path, {
            settings,
            onProgress: () => undefined,
          });
          if (speakerError) throw new Error(`${name}: ${speakerError.message}`);
          return parseRttm(outputs.rttm);
        };
        const simple = await label(null);
        const speech = joinRanges(simple);
        const bytes = await decodedSamples(page.page!, path, scratchFolder);
        const samples = new Float32Array(Uint8Array.from(bytes).buffer);
        const found: Record<string, Turn[]> = {
          'one speaker': speech.map((range) => ({ ...range, speaker: 'all' })),
          'MFCC, BIC': bicDiarization(samples, speech),
          'MFCC, BIC, count given': bicDiarization(samples, speech, { count: people }),
          simple,
          'simple, count given': await label(people),
        };
        const row: Record<string, string | number> = { recording: basename(name, '.rttm'), people };
        for (const [way, turns] of Object.entries(found)) {
          const errors = speakerErrors(reference, turns, { collarSeconds: COLLAR_SECONDS });
          add(tallies, way, errors);
          row[`${way}, %`] = percent(errors.rate!);
        }
        row['found'] = new Set(simple.map(({ speaker }) => speaker)).size;
        rows.push(row);
        say(
          Object.entries(row)
            .map(([key, value]) => `${key}: ${value}`)
            .join(', '),
        );
      }
    }
    const rate = (way: string) => tallies.get(way)!.wrongSeconds / tallies.get(way)!.totalSeconds;
    rows.push({
      recording: 'all',
      people: '',
      ...Object.fromEntries([...tallies.keys()].map((way) => [`${way}, %`, percent(rate(way))])),
      found: '',
    });
    const { computeMs, pageMs } = await measureDivide(server.url, Number(values.repeats));
    const shown = (times: readonly number[]) => times.map((ms) => ms.toFixed(0)).join(', ');
    say(`an hour divided anew: ${shown(computeMs)} ms; until it is stored and drawn: ${shown(pageMs)} ms`);
    const ratio = rate('simple') / rate('one speaker');
    return {
      rows,
      summary: {
        ratio,
        mostRatio: MOST_OF_FIRST,
        rates: Object.fromEntries([...tallies.keys()].map((way) => [way, rate(way)])),
        collarSeconds: COLLAR_SECONDS,
        computeMs,
        pageMs,
        mostDivideMs: MOST_DIVIDE_MS,
      },
      holds: ratio <= MOST_OF_FIRST && Math.max(...computeMs) <= MOST_DIVIDE_MS,
    };
  },
};

function add(tallies: Map<string, Tally>, way: string, errors: ReturnType<typeof speakerErrors>): void {
  const tally = tallies.get(way) ?? { wrongSeconds: 0, totalSeconds: 0 };
  tallies.set(way, tally);
  tally.wrongSeconds += errors.missedSeconds + errors.falseAlarmSeconds + errors.confusionSeconds;
  tally.totalSeconds += errors.totalSeconds;
}

const percent = (rate: number): number => Number((100 * rate).toFixed(1));
