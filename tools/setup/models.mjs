// @ts-check
/** `npm run models`: dependencies where they are missing, then the model manager, which is TypeScript. */
import { SetupError } from './command.mjs';
import { ensureDependencies } from './dependencies.mjs';

try {
  await ensureDependencies((line) => console.error(line));
  const { register } = await import('tsx/esm/api');
  register();
  /** @type {typeof import('../models/main.ts')} */
  const { main } = await import('../models/main.ts');
  process.exitCode = await main(
    process.argv.slice(2),
    // npm runs scripts in the package's folder and keeps the user's own in INIT_CWD.
    (process.env.npm_lifecycle_event === 'models' && process.env.INIT_CWD) || process.cwd(),
  );
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
