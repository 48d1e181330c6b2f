/**
 * Builds the app where a source is newer than the build, and serves it for the whole run, beside a model host on another
 * origin that the app's policy admits.
 */
import { resolve } from 'node:path';
import { openModelServer } from '../../tools/model-server/server';
import { HUB_HOSTS } from '../../tools/serve/headers.mjs';
import { openServer } from '../../tools/serve/server.mjs';
import { ensureBuild } from '../../tools/setup/build.mjs';

export default async function globalSetup(): Promise<() => Promise<void>> {
  const folder = await ensureBuild((line) => process.stderr.write(`${line}\n`));
  const models = await openModelServer({
    'longhand/embedded': resolve('public/models/embedded'),
    'longhand/media': resolve('tests/fixtures'),
  });
  const server = await openServer({ folder, modelHosts: [...HUB_HOSTS, models.url] });
  process.env.LONGHAND_E2E_URL = server.url;
  process.env.LONGHAND_E2E_MODEL_HOST = models.url;
  return async () => {
    await server.close();
    await models.close();
  };
}
