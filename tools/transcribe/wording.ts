/**
 * What a job is told about words. In: the files of `--prompt` and `--replace`. Out: settings, or a UsageError that names
 * the file, and the line that is wrong.
 */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { JobSettings } from '../../src/jobs/job-settings';
import { parseReplacements } from '../../src/transcript/replacements';
import { UsageError } from '../command-line/usage';
import { type CommandLine } from './command-line';

/** Throws UsageError. */
export async function readWording(
  { prompt, replace }: Pick<CommandLine, 'prompt' | 'replace'>,
  workingFolder: string,
): Promise<Pick<JobSettings, 'prompt' | 'replacements'>> {
  const { list, wrongLines } = parseReplacements(await read('replace', replace, workingFolder));
  if (wrongLines.length > 0) {
    throw new UsageError(`--replace ${replace}: line ${wrongLines[0]} is not "heard => written".`);
  }
  const text = await read('prompt', prompt, workingFolder);
  return { prompt: text.replace(/\s+/g, ' ').trim(), replacements: list };
}

async function read(option: string, path: string | null, workingFolder: string): Promise<string> {
  if (path === null) return '';
  try {
    return await readFile(resolve(workingFolder, path), 'utf8');
  } catch {
    throw new UsageError(`--${option}: ${path} cannot be read.`);
  }
}
