/**
 * `npm run model-server -- [--port N] [--repository OWNER/NAME=FOLDER]… [--faults JSON]`: the model host of the tests,
 * by hand. Without a repository it serves the embedded model as longhand/embedded.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Fault } from './fault';
import { openModelServer } from './server';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8787' },
    repository: { type: 'string', multiple: true, default: ['longhand/embedded=public/models/embedded'] },
    faults: { type: 'string', default: '[]' },
  },
});
const repositories = Object.fromEntries(
  values.repository.map((entry) => {
    const [name = '', folder = ''] = entry.split('=');
    return [name, resolve(folder)];
  }),
);
const server = await openModelServer(repositories, {
  port: Number(values.port),
  faults: JSON.parse(values.faults) as Fault[],
});
process.stdout.write(`${server.url} serves ${Object.keys(repositories).join(', ')}\n`);
