/**
 * `npm run evaluate -- REFERENCE HYPOTHESIS`. In: two files. Out: error rates and the list of errors on standard
 * output, as text or JSON; failures on standard error.
 */
import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { evaluate, type Evaluation } from '../../src/evaluation/evaluate';
import { listErrors } from '../../src/evaluation/listed-errors';
import { parseSubject, type Subject } from '../../src/evaluation/subject';
import { LonghandError, toLonghandError } from '../../src/lib/errors';
import { parseCaptions } from '../../src/media/captions/caption-file';
import { decodeText } from '../../src/media/captions/text-encoding';
import { errorText } from '../../src/ui/messages/error-text';
import { UsageError } from '../command-line/usage';
import { parseCommandLine, USAGE } from './command-line';
import { formatEvaluation } from './report';

/** Resolves with the exit code. `workingFolder`: what relative paths are relative to. */
export async function main(args: string[], workingFolder: string): Promise<number> {
  try {
    const { reference, hypothesis, options, mostErrors, json, help } = parseCommandLine(args);
    if (help) {
      process.stdout.write(USAGE);
      return 0;
    }
    const found = evaluate(
      await readSubject(resolve(workingFolder, reference)),
      await readSubject(resolve(workingFolder, hypothesis)),
      options,
    );
    process.stdout.write(
      json ? `${JSON.stringify(asDocument(found), null, 2)}\n` : formatEvaluation(found, mostErrors),
    );
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`${error.message}\n\n${USAGE}`);
      return 2;
    }
    const failure = toLonghandError(error);
    const { what, now } = errorText(failure);
    process.stderr.write(`${what} ${now} (${failure.code})\n`);
    return 1;
  }
}

async function readSubject(path: string): Promise<Subject> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new LonghandError('media/not-found', { name: path }, { cause });
  });
  return parseSubject(basename(path), decodeText(bytes), parseCaptions);
}

/** Words that agree are left out: they are in the files. */
const asDocument = ({ text, speakers }: Evaluation) => ({
  ...(text ? { words: text.words, characters: text.characters, errors: listErrors(text.passages) } : {}),
  ...(speakers ? { speakers } : {}),
});
