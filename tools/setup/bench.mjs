// @ts-check
/** `npm run bench`: set-up on standard error where anything is missing, then the benchmark. */
import { join } from 'node:path';
import { ensureBrowser } from './browser.mjs';
import { ensureBuild } from './build.mjs';
import { ROOT, SetupError } from './command.mjs';
import { ensureDependencies } from './dependencies.mjs';

const say = (/** @type {string} */ line) => console.error(line);

try {
  await ensureDependencies(say);
  const { register } = await import('tsx/esm/api');
  register();
  const { main } = await import('../bench/main.ts');
  process.exitCode = await main(process.argv.slice(2), {
    benchFolder: join(ROOT, 'tests', 'bench'),
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
