// @ts-check
/**
 * `npm run transcribe`: set-up on standard error where anything is missing, then the command line itself, which is
 * TypeScript and needs the dependencies to run.
 */
import { ensureBrowser } from './browser.mjs';
import { ensureBuild } from './build.mjs';
import { SetupError } from './command.mjs';
import { ensureDependencies } from './dependencies.mjs';

const say = (/** @type {string} */ line) => console.error(line);

try {
  await ensureDependencies(say);
  const { register } = await import('tsx/esm/api');
  register();
  /** @type {typeof import('../transcribe/main.ts')} */
  const { main } = await import('../transcribe/main.ts');
  process.exitCode = await main(process.argv.slice(2), {
    // npm runs scripts in the package's folder and keeps the user's own in INIT_CWD.
    workingFolder:
      (process.env.npm_lifecycle_event === 'transcribe' && process.env.INIT_CWD) || process.cwd(),
    prepare: async () => {
      await ensureBrowser(say);
      return ensureBuild(say);
    },
  });
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  say(error.message);
  process.exitCode = 1;
}
