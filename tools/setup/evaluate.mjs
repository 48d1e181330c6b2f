// @ts-check
/** `npm run evaluate`: dependencies where they are missing, then the evaluation. */
import { runCommand, userFolder } from './run-command.mjs';

await runCommand(async (args) => {
  /** @type {typeof import('../evaluate/main.ts')} */
  const { main } = await import('../evaluate/main.ts');
  return main(args, userFolder('evaluate'));
});
