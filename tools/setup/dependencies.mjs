// @ts-check
/**
 * Installs the dependencies of the lockfile where they are absent or stale; otherwise touches nothing, the
 * network included. What is installed is read from the record npm itself keeps (`node_modules/.package-lock.json`,
 * written last), so that a plain `npm install` counts as well and an interrupted one does not.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT, SetupError, runCommand } from './command.mjs';
import { exclusively } from './exclusively.mjs';

/** @typedef {Record<string, { version?: string, optional?: boolean }>} LockedPackages */

/**
 * True where every package of the lockfile is installed in its version. Optional ones may be missing: they are
 * the binaries for other systems.
 * @param {LockedPackages} locked
 * @param {LockedPackages} installed
 */
export function isInstalled(locked, installed) {
  return Object.entries(locked).every(([path, { version, optional }]) => {
    if (path === '') return true;
    const found = installed[path];
    return found ? found.version === version : optional === true;
  });
}

/** What Vite 8 needs; package.json says the same under `engines`, which npm only warns about. */
const LEAST_NODE = /** @type {const} */ ([20, 19]);

/**
 * @param {(line: string) => void} say
 * @throws {SetupError} where Node is too old or npm cannot install
 */
export async function ensureDependencies(say) {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < LEAST_NODE[0] || (major === LEAST_NODE[0] && minor < LEAST_NODE[1])) {
    throw new SetupError(`Longhand needs Node ${LEAST_NODE.join('.')} or later; this is ${process.version}.`);
  }
  if (await areInstalled()) return;
  await exclusively(async () => {
    if (await areInstalled()) return;
    say('Installing dependencies …');
    const { code, output } = await runCommand('npm', ['ci', '--include=dev', '--no-audit', '--no-fund']);
    if (code !== 0) throw new SetupError(`The dependencies could not be installed (npm ci).\n${output}`);
  });
}

async function areInstalled() {
  const [locked, installed] = await Promise.all([
    readPackages('package-lock.json'),
    readPackages('node_modules/.package-lock.json'),
  ]);
  return isInstalled(locked, installed);
}

/** @param {string} path @returns {Promise<LockedPackages>} */
async function readPackages(path) {
  const text = await readFile(join(ROOT, path), 'utf8').catch(() => '{"packages":{}}');
  return JSON.parse(text).packages;
}
