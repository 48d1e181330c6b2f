/**
 * What the user asked for. In: the words after `npm run transcribe --`. Out: files, settings and where results go,
 * or a UsageError whose message says what is wrong with which word.
 */
import { parsePressure } from '../../src/memory/pressure';
import { thresholdsAt } from '../../src/protocol/speech-thresholds';
import { parseClock } from '../../src/ui/format';
import type { HeardPart } from '../../src/media/heard-part';
import type { AutomationSettings } from '../../src/ui/automation/automation';
import { parseOptions, UsageError } from '../command-line/usage';
import { pairPaths } from './sidecars';
import { EXPORT_FORMATS, type ExportFormat } from '../../src/transcript/export';

export const USAGE = `Usage: npm run --silent transcribe -- FILE|URL… [options]

  --format txt|srt|vtt|json|rttm
                              what to write (txt)
  --out DIR                   write DIR/NAME.ext; without it one file goes to standard output
  --model NAME|PATH|URL       a model that comes with the app, a folder on disk, or an address (embedded)
  --backend auto|webgpu|wasm  what does the work (auto)
  --threads N                 WASM threads; 0 lets the machine choose (0)
  --chunk-seconds S           longest piece given to the model at once, 1 to 30 (what suits the model)
  --batch N                   most pieces written together, 1 to 8 (what memory allows)
  --context auto|full|short   windows of 30 s, or as short as each piece; auto: what suits the model (auto)
  --vad on|off                skip what is not speech (on)
  --vad-threshold P           how sure it must be that somebody speaks, 0.05 to 0.95 (0.5)
  --denoise off|vad|recognition
                              take noise out for voice activity only, or for all (off)
  --language L                two letters, such as en; auto lets the model tell (auto)
  --languages L,L…            each stretch is in one of these; the model tells which (one for all)
  --translate                 into English, by a multilingual model
  --prompt FILE               names and spellings that are likely to come, as text; for Whisper models
  --replace FILE              lines of "heard => written", applied to the text; json keeps the original
  --words                     also find out when each word is said; in vtt and json
  --track N|LANG              which audio track, by number or language (the default one)
  --channels mix|split        split: each channel is a speaker of its own (mix)
  --range START-END           only this part, such as 90-1:30:00 or 45- (all)
  --captions auto|ignore|only use captions inside the file or beside it; only: never recognize (auto)
  --diarize off|simple|full   tell speakers apart, after the text (off; simple with --speakers)
  --speakers N                how many people speak, 1 to 50 (found out)
  --memory-limit-mb N         most memory to take; by default half of the device, at most 1 or 2 GB
  --limit-minutes N           most minutes of work on one file; 0 for no limit (120)
  --inject-pressure SCHEDULE  pretend that memory is short, such as 0.95@2,0.3@9,fail@4,lost@5
  --stats FILE                also write figures of the run as JSON
  --report FILE               also write a report on all files, as JSON where FILE ends so, else as text
  --resume DIR                keep the state of the work in DIR: the same command line goes on where it was ended
  --help                      this text

Exit code: 0 all done, 1 some file failed, 2 wrong use.
`;

export interface CommandLine {
  files: string[];
  format: ExportFormat;
  /** Folder for results; null prints the one file's text. */
  out: string | null;
  /** As given; `model-choice.ts` finds out what it names. */
  model: string;
  settings: Omit<AutomationSettings, 'model' | 'prompt' | 'replacements'>;
  /** Files, as given; `wording.ts` reads them. */
  prompt: string | null;
  replace: string | null;
  stats: string | null;
  report: string | null;
  /** Folder of journals; null keeps nothing beyond the run. */
  resume: string | null;
  help: boolean;
}

const OPTIONS = {
  format: { type: 'string', default: 'txt' },
  out: { type: 'string' },
  model: { type: 'string', default: 'embedded' },
  backend: { type: 'string', default: 'auto' },
  threads: { type: 'string', default: '0' },
  'chunk-seconds': { type: 'string' },
  batch: { type: 'string' },
  context: { type: 'string', default: 'auto' },
  vad: { type: 'string', default: 'on' },
  denoise: { type: 'string', default: 'off' },
  'vad-threshold': { type: 'string', default: '0.5' },
  language: { type: 'string', default: 'auto' },
  languages: { type: 'string' },
  translate: { type: 'boolean', default: false },
  prompt: { type: 'string' },
  replace: { type: 'string' },
  words: { type: 'boolean', default: false },
  track: { type: 'string' },
  channels: { type: 'string', default: 'mix' },
  range: { type: 'string' },
  captions: { type: 'string', default: 'auto' },
  diarize: { type: 'string' },
  speakers: { type: 'string' },
  'memory-limit-mb': { type: 'string' },
  'limit-minutes': { type: 'string', default: '120' },
  'inject-pressure': { type: 'string', default: '' },
  stats: { type: 'string' },
  report: { type: 'string' },
  resume: { type: 'string' },
  help: { type: 'boolean', default: false, short: 'h' },
} as const;

const MOST_THREADS = 64;

/** Throws UsageError. */
export function parseCommandLine(args: string[]): CommandLine {
  const { values, positionals: files } = parseOptions(args, OPTIONS);
  const out = values.out ?? null;
  if (!values.help && files.length === 0) throw new UsageError('No file was given.');
  if (pairPaths(files).length > 1 && out === null) {
    throw new UsageError('Several files need --out DIR: only one fits on standard output.');
  }
  return {
    files,
    format: oneOf('format', values.format, EXPORT_FORMATS),
    out,
    model: values.model,
    settings: {
      backend: oneOf('backend', values.backend, ['auto', 'webgpu', 'wasm']),
      threads: numberIn('threads', values.threads, 0, MOST_THREADS, 'whole'),
      chunkSeconds: optionalNumber('chunk-seconds', values['chunk-seconds'], 1, 30),
      batch: values.batch === undefined ? null : numberIn('batch', values.batch, 1, 8, 'whole'),
      audioContext: oneOf('context', values.context, ['auto', 'full', 'short']),
      voiceActivity: oneOf('vad', values.vad, ['on', 'off']) === 'on',
      speech: thresholdsAt(numberIn('vad-threshold', values['vad-threshold'], 0.05, 0.95, 'any')),
      denoise: oneOf('denoise', values.denoise, ['off', 'vad', 'recognition']),
      language: language(values.language),
      languages: languages(values.languages, values.language),
      task: values.translate ? 'translate' : 'transcribe',
      words: values.words,
      captions: oneOf('captions', values.captions, ['auto', 'ignore', 'only']),
      captionTrack: null,
      diarize: oneOf('diarize', values.diarize ?? (values.speakers ? 'simple' : 'off'), [
        'off',
        'simple',
        'full',
      ]),
      speakers: values.speakers === undefined ? null : numberIn('speakers', values.speakers, 1, 50, 'whole'),
      memoryLimitMegabytes: optionalNumber('memory-limit-mb', values['memory-limit-mb'], 1, MOST_MEGABYTES),
      limitMinutes: numberIn('limit-minutes', values['limit-minutes'], 0, MOST_MINUTES, 'any') || null,
      heard: {
        track: values.track === undefined ? null : parseTrack(values.track),
        channels: oneOf('channels', values.channels, ['mix', 'split']),
        ...parseRange(values.range),
      },
      pressure: pressure(values['inject-pressure']),
    },
    prompt: values.prompt ?? null,
    replace: values.replace ?? null,
    stats: values.stats ?? null,
    report: values.report ?? null,
    resume: values.resume ?? null,
    help: values.help,
  };
}

function parseTrack(value: string): HeardPart['track'] {
  if (/^[1-9]\d?$/.test(value)) return { number: Number(value) };
  if (/^[a-z]{2,3}$/i.test(value)) return { language: value.toLowerCase() };
  throw new UsageError(`--track takes a number from 1 on or a language such as en; not "${value}".`);
}

function parseRange(value: string | undefined): Pick<HeardPart, 'startSeconds' | 'endSeconds'> {
  if (value === undefined) return { startSeconds: 0, endSeconds: null };
  const [start, end, ...rest] = value
    .split('-')
    .map((part) => (part.trim() === '' ? null : parseClock(part)));
  const startSeconds = start ?? 0;
  const endSeconds = end ?? null;
  const isRange = value.includes('-') && rest.length === 0 && !Number.isNaN(start) && !Number.isNaN(end);
  if (isRange && startSeconds < (endSeconds ?? Infinity)) return { startSeconds, endSeconds };
  throw new UsageError(
    `--range takes START-END in seconds or h:mm:ss, either may be left out, such as 90-1:30:00; not "${value}".`,
  );
}

function oneOf<T extends string>(option: string, value: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw new UsageError(`--${option} takes ${choices.join(', ')}; not "${value}".`);
  return found;
}

function numberIn(option: string, value: string, least: number, most: number, kind: 'whole' | 'any'): number {
  const number = value.trim() === '' ? NaN : Number(value);
  if (number >= least && number <= most && (kind === 'any' || Number.isInteger(number))) return number;
  throw new UsageError(
    `--${option} takes a ${kind === 'whole' ? 'whole number' : 'number'} from ${least} to ${most}; not "${value}".`,
  );
}

const MOST_MINUTES = 100_000;
const MOST_MEGABYTES = 1_000_000;

function optionalNumber(
  option: string,
  value: string | undefined,
  least: number,
  most: number,
): number | null {
  return value === undefined ? null : numberIn(option, value, least, most, 'any');
}

function pressure(value: string): string {
  if (value === '' || parsePressure(value)) return value;
  throw new UsageError(
    `--inject-pressure takes a schedule such as 0.95@2,0.3@9,fail@4,lost@5 (share of the limit, or event, at a reading); not "${value}".`,
  );
}

function language(value: string): string | null {
  if (value === 'auto') return null;
  if (/^[a-z]{2,3}$/.test(value)) return value;
  throw new UsageError(
    `--language takes a code of two or three letters, such as en, or auto; not "${value}".`,
  );
}

function languages(value: string | undefined, one: string): string[] {
  if (value === undefined) return [];
  const codes = value.split(',').map((code) => code.trim());
  if (one !== 'auto') throw new UsageError('--language and --languages cannot both be given.');
  if (codes.every((code) => /^[a-z]{2,3}$/.test(code))) return codes;
  throw new UsageError(`--languages takes codes of two or three letters, such as en,de; not "${value}".`);
}
