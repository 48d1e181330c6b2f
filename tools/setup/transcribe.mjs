// @ts-check
/** `npm run transcribe`: set-up where anything is missing, then the command line itself. */
import { ensureBrowser } from './browser.mjs';
import { ensureBuild } from './build.mjs';
import { runCommand, say, userFolder } from './run-command.mjs';

await runCommand(async (args) => {
  /** @type {typeof import('../transcribe/main.ts')} */
  const { main } = await import('../transcribe/main.ts');
  return main(args, {
    workingFolder: userFolder('transcribe'),
    prepare: async () => {
      await ensureBrowser(say);
      return ensureBuild(say);
    },
  });
});
