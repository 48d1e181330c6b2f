// @ts-check
/** `npm run models`: dependencies where they are missing, then the model manager. */
import { runCommand, userFolder } from './run-command.mjs';

await runCommand(async (args) => {
  /** @type {typeof import('../models/main.ts')} */
  const { main } = await import('../models/main.ts');
  return main(args, userFolder('models'));
});
