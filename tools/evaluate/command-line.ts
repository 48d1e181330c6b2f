/** What the user asked for. In: the words after `npm run evaluate --`. Out: two files and options, or a UsageError. */
import { parseOptions, UsageError } from '../command-line/usage';
import type { EvaluationOptions } from '../../src/evaluation/evaluate';

export const USAGE = `Usage: npm run --silent evaluate -- REFERENCE HYPOTHESIS [options]

Compares text (.txt), captions (.srt .vtt .ass .lrc .ttml), transcripts (.json) or speakers (.rttm):
word and character error rate where both have text, diarization error rate where both name speakers.

  --ignore-case          upper and lower case are the same
  --ignore-punctuation   punctuation counts for nothing
  --collar S             seconds on either side of a boundary of the reference that are not judged (0)
  --errors N             most errors to list (40)
  --json                 everything as JSON, all errors included
  --help                 this text

Exit code: 0 compared, 1 a file could not be read, 2 wrong use.
`;

export interface CommandLine {
  reference: string;
  hypothesis: string;
  options: Required<EvaluationOptions>;
  mostErrors: number;
  json: boolean;
  help: boolean;
}

const OPTIONS = {
  'ignore-case': { type: 'boolean', default: false },
  'ignore-punctuation': { type: 'boolean', default: false },
  collar: { type: 'string', default: '0' },
  errors: { type: 'string', default: '40' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false, short: 'h' },
} as const;

const MOST_COLLAR_SECONDS = 10;

/** Throws UsageError. */
export function parseCommandLine(args: string[]): CommandLine {
  const { values, positionals } = parseOptions(args, OPTIONS);
  if (!values.help && positionals.length !== 2) {
    throw new UsageError(`Two files are compared, the reference first; ${positionals.length} were given.`);
  }
  const collarSeconds = Number(values.collar);
  if (!(collarSeconds >= 0 && collarSeconds <= MOST_COLLAR_SECONDS))
    throw new UsageError(
      `--collar takes seconds from 0 to ${MOST_COLLAR_SECONDS}, such as 0.25; not "${values.collar}".`,
    );
  if (!/^\d{1,9}$/.test(values.errors))
    throw new UsageError(`--errors takes a whole number; not "${values.errors}".`);
  const [reference = '', hypothesis = ''] = positionals;
  return {
    reference,
    hypothesis,
    options: {
      ignoreCase: values['ignore-case'],
      ignorePunctuation: values['ignore-punctuation'],
      collarSeconds,
    },
    mostErrors: Number(values.errors),
    json: values.json,
    help: values.help,
  };
}
