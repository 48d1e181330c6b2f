/** Caption files on disk. In: recordings and captions as given. Out: recordings, each with its own and those beside it. */
import { readdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { isNamedLike, pairSidecars } from '../../src/jobs/sidecars';

/** Captions given on the command line go to their recordings and are none themselves. */
export function pairPaths(files: readonly string[]): { file: string; sidecars: string[] }[] {
  const named = files.map((path) => ({ name: basename(path), path }));
  return pairSidecars(named).map(({ file, sidecars }) => ({
    file: file.path,
    sidecars: sidecars.map(({ path }) => path),
  }));
}

/** What lies in the recording's folder and is named like it. */
export async function sidecarsBeside(recording: string): Promise<string[]> {
  const folder = dirname(resolve(recording));
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => name !== basename(recording) && isNamedLike(name, basename(recording)))
    .sort()
    .map((name) => join(folder, name));
}
