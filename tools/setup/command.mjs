// @ts-check
/**
 * Runs other programs during set-up. In: a program and its arguments. Out: exit code and output, the latter
 * kept in memory (shown only when it matters) or passed through. No dependencies: runs before `npm ci`.
 */
import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository root; every command runs here, whatever folder the user is in. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** A failure that a person can act on: its message is one clear line, without a stack. */
export class SetupError extends Error {}

/**
 * @typedef {object} CommandResult
 * @property {number} code exit code; 127 where the program is missing, 124 after the time limit
 * @property {string} output standard output and error, in the order they came
 */

/**
 * @param {string} program
 * @param {string[]} args
 * @param {object} [options]
 * @param {Record<string, string>} [options.env] added to the environment
 * @param {number} [options.limitSeconds] ends the program after this long
 * @returns {Promise<CommandResult>}
 */
export function runCommand(program, args, { env = {}, limitSeconds } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: ROOT,
      env: { ...process.env, NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that the end of a program is the end of all it started (browsers, servers).
      detached: process.platform !== 'win32',
      // npm and npx are scripts on Windows, which only its shell starts.
      shell: process.platform === 'win32' && program.startsWith('np'),
    });
    const end = () => endGroup(child);
    const interrupt = () => {
      end();
      process.exit(130);
    };
    process.once('SIGINT', interrupt);
    process.once('SIGTERM', interrupt);
    let output = '';
    let timedOut = false;
    const keep = (/** @type {Buffer} */ bytes) => void (output += bytes.toString());
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const timer =
      limitSeconds === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            end();
          }, limitSeconds * 1000);
    /** @param {CommandResult} result */
    const settle = (result) => {
      clearTimeout(timer);
      process.removeListener('SIGINT', interrupt);
      process.removeListener('SIGTERM', interrupt);
      resolve(result);
    };
    child.on('error', (error) => settle({ code: 127, output: error.message }));
    child.on('close', (code) => settle({ code: timedOut ? 124 : (code ?? 1), output }));
  });
}

/** @param {import('node:child_process').ChildProcess} child */
function endGroup(child) {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') child.kill();
  else process.kill(-child.pid, 'SIGKILL');
}

/**
 * Runs a script of package.json.
 * @param {string} script
 * @param {string[]} [args]
 * @param {{ env?: Record<string, string>, limitSeconds?: number }} [options]
 */
export function runScript(script, args = [], options) {
  return runCommand('npm', ['run', '--silent', script, '--', ...args], options);
}
