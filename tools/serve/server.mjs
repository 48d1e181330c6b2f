// @ts-check
/**
 * The static server behind `npm start`, the command line and the end-to-end tests.
 * In: a folder of built files, and others to serve beside it. Out: an address on localhost, with the headers of
 * `headers.mjs` on every response and Range requests answered.
 */
import { createServer } from 'node:http';
import sirv from 'sirv';
import { appHeaders, HUB_HOSTS, MEDIA_WORKER } from './headers.mjs';

const PORTS_TO_TRY = 20;

/**
 * Its address, with a slash at the end, and its end, open connections included.
 * @typedef {{ url: string, close: () => Promise<void> } & AsyncDisposable} AppServer
 */

/**
 * Serves until closed.
 * @param {object} options
 * @param {string} options.folder the build, usually `dist`
 * @param {number} [options.port] 0, the default, takes any free one; otherwise this one or the next that is free
 * @param {Record<string, string>} [options.mounts] further folders by path, which begins and ends with a slash
 * @param {readonly string[]} [options.modelHosts] origins that the page may fetch models from; the hub unless given
 * @returns {Promise<AppServer>}
 */
export async function openServer({ folder, port = 0, mounts = {}, modelHosts = HUB_HOSTS }) {
  const headers = Object.entries(appHeaders({ modelHosts }));
  const mediaHeaders = Object.entries(appHeaders({ anyHost: true }));
  // `dev` looks at the disk for each request: a rebuild while the server runs is seen, and nothing is cached.
  const serve = (/** @type {string} */ path) => sirv(path, { dev: true, etag: true });
  const app = serve(folder);
  const mounted = Object.entries(mounts).map(([path, at]) => ({ path, handle: serve(at) }));

  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0] ?? '';
    for (const [name, value] of MEDIA_WORKER.test(path) ? mediaHeaders : headers)
      response.setHeader(name, value);
    const notFound = () => {
      response.statusCode = 404;
      response.end('Not found');
    };
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.statusCode = 405;
      response.end();
      return;
    }
    const mount = mounted.find(({ path }) => request.url?.startsWith(path));
    if (mount) request.url = request.url?.slice(mount.path.length - 1);
    (mount?.handle ?? app)(request, response, notFound);
  });

  const usedPort = await listen(server, port);
  /** @returns {Promise<void>} */
  const close = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://localhost:${usedPort}/`, close, [Symbol.asyncDispose]: close };
}

/**
 * @param {import('node:http').Server} server
 * @param {number} firstPort
 * @returns {Promise<number>} the port in use
 */
async function listen(server, firstPort) {
  for (let port = firstPort; ; port++) {
    const error = await new Promise((resolve) => {
      server.once('error', resolve);
      server.listen(port, 'localhost', () => {
        server.removeListener('error', resolve);
        resolve(undefined);
      });
    });
    if (error === undefined) break;
    const taken = error.code === 'EADDRINUSE' && firstPort !== 0 && port < firstPort + PORTS_TO_TRY;
    if (!taken) throw error;
  }
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}
