// @ts-check
/** One set-up step at a time among all processes of this checkout. No dependencies: runs before `npm ci`. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ROOT } from './command.mjs';

/**
 * Runs `task` while no other process of this checkout runs one: two command lines started together must not
 * both build. The lock is a file with the holder's process id; one left by a dead process is taken over.
 * @template T
 * @param {() => Promise<T>} task
 * @returns {Promise<T>}
 */
export async function exclusively(task) {
  const lock = join(ROOT, '.cache', 'set-up.lock');
  await mkdir(dirname(lock), { recursive: true });
  while (true) {
    try {
      await writeFile(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    }
    const holder = Number(await readFile(lock, 'utf8').catch(() => ''));
    if (holder > 0 && !isRunning(holder)) await rm(lock, { force: true });
    else await new Promise((resolve) => setTimeout(resolve, 250));
  }
  try {
    return await task();
  } finally {
    await rm(lock, { force: true });
  }
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
