// @ts-check
/**
 * The frame of every command that is written in TypeScript: dependencies where they are missing, on standard error,
 * then the command itself. In: what to run once TypeScript can be imported. Out: the exit code, set on the process.
 */
import { SetupError } from './command.mjs';
import { ensureDependencies } from './dependencies.mjs';

export const say = (/** @type {string} */ line) => console.error(line);

/**
 * npm runs scripts in the package's folder and keeps the user's own in INIT_CWD.
 * @param {string} script as in package.json
 * @returns {string} where the user's relative paths begin
 */
export function userFolder(script) {
  return (process.env.npm_lifecycle_event === script && process.env.INIT_CWD) || process.cwd();
}

/**
 * @param {(args: string[]) => Promise<number>} command given the words after its name; resolves with the exit code
 * @returns {Promise<void>}
 */
export async function runCommand(command) {
  try {
    await ensureDependencies(say);
    const { register } = await import('tsx/esm/api');
    register();
    process.exitCode = await command(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
    process.exitCode = 1;
  }
}
