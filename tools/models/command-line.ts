/** What the user asked for. In: the words after `npm run models --`. Out: one order, or a UsageError saying what is wrong. */
import { parseArgs } from 'node:util';
import { UsageError } from '../command-line/usage';
import { DEFAULT_MODEL_HOSTS } from '../../src/models/hub';
import type { WantedForm } from '../../src/models/quantize/quantize-stored';

export const USAGE = `Usage: npm run --silent models -- COMMAND [options]

  catalog                      the models that are known by name: number formats and size per backend, languages, licence
  recommend                    the one that suits this machine
    --language L                 two letters, such as en; otherwise many languages
    --words                      with what times of single words are made from
  list                         the models on this disk, when they were last used, and the room they take
  download OWNER/NAME          fetch a model, or go on with it
    --backend wasm|webgpu        for which it is chosen what to fetch (wasm)
    --host URL                   a host with the hub's layout; several are tried in order
    --revision NAME              branch, tag or commit (main)
  import PATH…                 take in a folder, files, or a zip
    --name NAME                  what to call it (the first path's name)
  quantize OWNER/NAME          make smaller weights of the float32 ones
    --form suited|int8|int8-weights|q4  (suited: 8 bits of the kind that suits the size)
  check OWNER/NAME             compare every byte with its check sum, and fetch damaged pieces again
  remove OWNER/NAME

  --folder DIR                 where the models are (longhand/models in your cache folder)
  --help                       this text

Ctrl-C pauses: what has arrived is kept, and the same command goes on with it.
A model on this disk goes by its name: npm run transcribe -- talk.mp3 --model OWNER/NAME
Exit code: 0 done, 1 failed, 2 wrong use.
`;

export type Order =
  | { command: 'help' | 'catalog' | 'list' }
  | {
      command: 'download';
      id: string;
      backend: 'wasm' | 'webgpu';
      hosts: readonly string[];
      revision: string;
    }
  | { command: 'import'; paths: string[]; name: string | null }
  | { command: 'quantize'; id: string; form: WantedForm }
  | { command: 'recommend'; language: string | null; words: boolean }
  | { command: 'remove' | 'check'; id: string };

const OPTIONS = {
  backend: { type: 'string', default: 'wasm' },
  host: { type: 'string', multiple: true },
  revision: { type: 'string', default: 'main' },
  name: { type: 'string' },
  language: { type: 'string' },
  words: { type: 'boolean', default: false },
  form: { type: 'string', default: 'suited' },
  folder: { type: 'string' },
  help: { type: 'boolean', default: false, short: 'h' },
} as const;

/** Throws UsageError. */
export function parseCommandLine(args: string[]): { order: Order; folder: string | null } {
  const { values, positionals } = parse(args);
  return {
    order: values.help ? { command: 'help' } : readOrder(positionals, values),
    folder: values.folder ?? null,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function readOrder([command, ...rest]: string[], values: ReturnType<typeof parse>['values']): Order {
  switch (command) {
    case 'catalog':
    case 'list':
      return { command };
    case 'download':
      return {
        command,
        id: onlyName(command, rest),
        backend: oneOf('backend', values.backend, ['wasm', 'webgpu']),
        hosts: hosts(values.host),
        revision: values.revision,
      };
    case 'import':
      if (rest.length === 0) throw new UsageError('import: nothing was given to take in.');
      return { command, paths: rest, name: values.name ?? null };
    case 'quantize':
      return {
        command,
        id: onlyName(command, rest),
        form: oneOf('form', values.form, ['suited', 'int8', 'int8-weights', 'q4']),
      };
    case 'recommend':
      return { command, language: values.language ?? null, words: values.words };
    case 'remove':
    case 'check':
      return { command, id: onlyName(command, rest) };
    default:
      throw new UsageError(
        command === undefined ? 'No command was given.' : `There is no command ${command}.`,
      );
  }
}

function onlyName(command: string, names: string[]): string {
  const [name] = names;
  if (name === undefined || names.length > 1)
    throw new UsageError(`${command} takes one model, as OWNER/NAME.`);
  return name;
}

function oneOf<T extends string>(option: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw new UsageError(`--${option}: "${value}" is none of ${allowed.join(', ')}.`);
  return found;
}

function hosts(given: readonly string[] | undefined): readonly string[] {
  for (const host of given ?? [])
    if (!URL.canParse(host)) throw new UsageError(`--host: "${host}" is no address.`);
  return given ?? DEFAULT_MODEL_HOSTS;
}
