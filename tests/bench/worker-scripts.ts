/** Script that runs first in the workers of a built app. For a copy of it, never the app itself. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const WORKER_SCRIPT = /^(media|speech)-.*\.js$/;

export async function prependToWorkers(appFolder: string, script: string): Promise<void> {
  const assets = join(appFolder, 'assets');
  const names = (await readdir(assets)).filter((name) => WORKER_SCRIPT.test(name));
  if (names.length < 2) throw new Error(`no worker scripts in ${assets}`);
  for (const name of names) {
    const path = join(assets, name);
    await writeFile(path, script + (await readFile(path, 'utf8')));
  }
}
