// @ts-check
/** `npm start`: everything from a fresh clone to the app in a browser. Ends with Ctrl-C. */
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { ensureBuild } from './build.mjs';
import { SetupError } from './command.mjs';
import { ensureDependencies } from './dependencies.mjs';

const DEFAULT_PORT = 8417;
const say = (/** @type {string} */ line) => console.log(line);

try {
  const { port, modelHosts } = readOptions();
  await ensureDependencies(say);
  const folder = await ensureBuild(say);
  const { openServer } = await import('../serve/server.mjs');
  const server = await openServer({ folder, port, ...(modelHosts ? { modelHosts } : {}) });
  say(`Longhand is at ${server.url} (Ctrl-C ends it)`);
  if (hasDesktop()) openInBrowser(server.url);
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => void server.close());
  }
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

/** @returns {{ port: number, modelHosts: string[] | undefined }} */
function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: 'string', default: String(DEFAULT_PORT) },
        'model-host': { type: 'string', multiple: true },
      },
    });
    const port = Number(values.port);
    const modelHosts = values['model-host']?.map((host) => new URL(host).origin);
    if (Number.isInteger(port) && port >= 0 && port < 65_536) return { port, modelHosts };
  } catch {
    // Falls through to the usage.
  }
  throw new SetupError(
    'Usage: npm start [-- --port N] [--model-host URL]…\n  --port: from 0 (any free port) to 65535\n  --model-host: where the page may fetch models from, in place of the hub; may be repeated',
  );
}

function hasDesktop() {
  if (process.env.CI) return false;
  if (process.platform === 'darwin' || process.platform === 'win32') return true;
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/** @param {string} url */
function openInBrowser(url) {
  const [program, ...args] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start', '', url]
        : ['xdg-open', url];
  const child = spawn(program, args, { stdio: 'ignore', detached: true });
  // The address has been printed; a desktop without an opener is no failure.
  child.on('error', () => {});
  child.unref();
}
