/** Wrong use of a command line, in words for whoever typed it. */
import { parseArgs, type ParseArgsConfig } from 'node:util';

export class UsageError extends Error {}

/** Options and words in any order. Throws UsageError. */
export function parseOptions<const Options extends NonNullable<ParseArgsConfig['options']>>(
  args: string[],
  options: Options,
) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    // Node's own words name the option, and go on about prefixes of positionals after the first sentence.
    const [sentence] = (error as Error).message.split('. ');
    throw new UsageError(`${sentence}.`);
  }
}
