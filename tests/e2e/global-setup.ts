/** Builds the app where a source is newer than the build, and serves it for the whole run. */
import { ensureBuild } from '../../tools/setup/build.mjs';
import { openServer } from '../../tools/serve/server.mjs';

export default async function globalSetup(): Promise<() => Promise<void>> {
  const folder = await ensureBuild((line) => process.stderr.write(`${line}\n`));
  const server = await openServer({ folder });
  process.env.LONGHAND_E2E_URL = server.url;
  return () => server.close();
}
