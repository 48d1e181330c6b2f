// @ts-check
/** `npm run bench`: set-up where anything is missing, then the benchmark. */
import { join } from 'node:path';
import { ensureBrowser } from './browser.mjs';
import { ensureBuild } from './build.mjs';
import { ROOT } from './command.mjs';
import { runCommand, say } from './run-command.mjs';

await runCommand(async (args) => {
  const { main } = await import('../bench/main.ts');
  return main(args, {
    benchFolder: join(ROOT, 'tests', 'bench'),
    prepare: async () => {
      await ensureBrowser(say);
      return ensureBuild(say);
    },
  });
});
