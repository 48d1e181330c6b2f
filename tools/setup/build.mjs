// @ts-check
/**
 * Builds the app into `dist` when a source is newer than the last build. The build's stamp (names, sizes and
 * times of all sources) lies inside `dist`, so the two cannot disagree. Built aside and then moved into place:
 * a server that is running never serves half a build.
 */
import { createHash } from 'node:crypto';
import { readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT, SetupError, runScript } from './command.mjs';
import { exclusively } from './exclusively.mjs';

const SOURCES = [
  'index.html',
  'package-lock.json',
  'public',
  'src',
  'svelte.config.js',
  'tsconfig.base.json',
  'vite.config.ts',
  'workers',
];
const DIST = join(ROOT, 'dist');
const STAMP = '.stamp';

/**
 * @param {(line: string) => void} say
 * @returns {Promise<string>} the folder of the built app
 * @throws {SetupError} with the build's own output
 */
export async function ensureBuild(say) {
  if (!(await isBuilt())) {
    await exclusively(async () => {
      if (await isBuilt()) return;
      say('Building …');
      const stamp = await sourceStamp();
      const aside = join(ROOT, '.cache', 'build');
      const { code, output } = await runScript('build', [
        '--outDir',
        aside,
        '--emptyOutDir',
        '--logLevel',
        'warn',
      ]);
      if (code !== 0) throw new SetupError(`The build failed.\n${output}`);
      await writeFile(join(aside, STAMP), stamp);
      await rm(DIST, { recursive: true, force: true });
      await rename(aside, DIST);
    });
  }
  return DIST;
}

async function isBuilt() {
  const built = await readFile(join(DIST, STAMP), 'utf8').catch(() => '');
  return built === (await sourceStamp());
}

async function sourceStamp() {
  const hash = createHash('sha256');
  for (const source of SOURCES) await addToStamp(hash, source);
  return hash.digest('hex');
}

/** @param {import('node:crypto').Hash} hash @param {string} path relative to the root */
async function addToStamp(hash, path) {
  const found = await stat(join(ROOT, path)).catch(() => undefined);
  if (found?.isDirectory()) {
    const names = await readdir(join(ROOT, path));
    for (const name of names.sort()) await addToStamp(hash, `${path}/${name}`);
  } else {
    hash.update(`${path} ${found?.size} ${found?.mtimeMs}\n`);
  }
}
