/**
 * `npm run bench -- NAME [options]`. In: the name of a file in tests/bench. Out: its table, and as the last line of
 * standard output one JSON object. Exit code 1 where a promised bound does not hold, 2 for wrong use.
 */
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Benchmark } from './benchmark';
import { formatTable } from './table';

export interface Surroundings {
  /** `tests/bench`. */
  benchFolder: string;
  /** Sets up what is missing and resolves with the folder of the built app. */
  prepare: () => Promise<string>;
}

/** Resolves with the exit code. */
export async function main(
  [name, ...args]: string[],
  { benchFolder, prepare }: Surroundings,
): Promise<number> {
  const names = await benchmarkNames(benchFolder);
  if (name === undefined || !names.includes(name)) {
    process.stderr.write(`Usage: npm run bench -- NAME [options], NAME one of: ${names.join(', ')}\n`);
    return 2;
  }
  const { benchmark } = (await import(pathToFileURL(join(benchFolder, `${name}.ts`)).href)) as {
    benchmark: Benchmark;
  };
  const built = await prepare();
  const scratchFolder = await mkdtemp(join(tmpdir(), 'longhand-bench-'));
  try {
    const say = (line: string) => void process.stderr.write(`${line}\n`);
    // A copy: a rebuild in the meantime must not change what is measured.
    const appFolder = join(scratchFolder, 'app');
    await cp(built, appFolder, { recursive: true });
    const { rows, summary, holds } = await benchmark.run({ args, appFolder, scratchFolder, say });
    process.stdout.write(`${benchmark.title}\n\n${formatTable(rows)}\n\n${JSON.stringify(summary)}\n`);
    return holds ? 0 : 1;
  } finally {
    await rm(scratchFolder, { recursive: true, force: true });
  }
}

/** Benchmarks are the files that export one; the rest of the folder serves them. */
async function benchmarkNames(folder: string): Promise<string[]> {
  const names: string[] = [];
  for (const file of (await readdir(folder)).sort()) {
    if (!file.endsWith('.ts')) continue;
    const text = await readFile(join(folder, file), 'utf8');
    if (text.includes('export const benchmark')) names.push(file.slice(0, -'.ts'.length));
  }
  return names;
}
