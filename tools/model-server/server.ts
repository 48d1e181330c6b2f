/**
 * A model host on localhost, laid out as the hub is, that fails as it is told to. In: repositories by owner/name.
 * Out: /api/models/OWNER/NAME/tree/main and /OWNER/NAME/resolve/main/PATH, both also below /s/SESSION, where a session
 * is any word: faults and request log are kept per session, so that tests do not disturb each other.
 *   PUT /s/SESSION/faults   a JSON list of `Fault`, replacing those still waiting
 *   GET /s/SESSION/log      the file requests so far
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Fault, FaultSession } from './fault';
import { Repository, type RepositoryFile } from './repository';

export interface ModelServer {
  /** Without a slash at the end. */
  url: string;
  close(): Promise<void>;
}

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, HEAD, PUT, OPTIONS',
  'access-control-allow-headers': '*',
  'access-control-expose-headers':
    'ETag, X-Linked-ETag, X-Linked-Size, Content-Range, Accept-Ranges, Retry-After',
  'cross-origin-resource-policy': 'cross-origin',
};
const COMMIT = '0'.repeat(40);

export async function openModelServer(
  repositories: Record<string, string>,
  { port = 0, faults = [] as readonly Fault[] } = {},
): Promise<ModelServer> {
  const known = new Map(Object.entries(repositories).map(([name, folder]) => [name, new Repository(folder)]));
  const sessions = new Map<string, FaultSession>();
  const session = (name: string): FaultSession => {
    const existing = sessions.get(name) ?? new FaultSession();
    sessions.set(name, existing);
    return existing;
  };
  session('').order(faults);

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    for (const [name, value] of Object.entries(CORS)) response.setHeader(name, value);
    if (request.method === 'OPTIONS') return void response.writeHead(204).end();
    const address = new URL(request.url ?? '/', 'http://localhost');
    const inSession = /^\/s\/([^/]+)(\/.*)$/.exec(address.pathname);
    const current = session(inSession?.[1] ?? '');
    const path = decodeURIComponent(inSession?.[2] ?? address.pathname);
    if (path === '/faults' && request.method === 'PUT') {
      current.order((await readJson(request)) as Fault[]);
      return void response.writeHead(204).end();
    }
    if (path === '/log') return sendJson(response, current.log);

    const listing = /^\/api\/models\/([^/]+\/[^/]+)\/tree\/[^/]+\/?$/.exec(path);
    const listed = known.get(listing?.[1] ?? '');
    if (listed) return await sendListing(response, listed, path, current);
    const resolved = /^(\/blobs)?\/([^/]+\/[^/]+)\/resolve\/[^/]+\/(.+)$/.exec(path);
    const file = await known.get(resolved?.[2] ?? '')?.find(resolved?.[3] ?? '');
    if (!file || current.hides(file.path)) return void response.writeHead(404).end('Entry not found');
    const prefix = inSession ? `/s/${inSession[1]}` : '';
    await sendFile(request, response, file, current, resolved?.[1] ? null : `${prefix}/blobs${path}`);
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500);
      response.end(String(error));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, 'localhost', resolve);
  });
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function sendListing(
  response: ServerResponse,
  repository: Repository,
  path: string,
  session: FaultSession,
): Promise<void> {
  if (refuse(response, session.strike(path, 0, 0))) return;
  const files = (await repository.list()).filter(({ path }) => !session.hides(path));
  sendJson(
    response,
    files.map(({ path, sizeBytes, hash, large }) => ({
      type: 'file',
      path,
      size: sizeBytes,
      ...(large ? { lfs: { oid: hash, size: sizeBytes, pointerSize: 134 }, oid: COMMIT } : { oid: hash }),
    })),
  );
}

/** `elsewhere`: where a redirect leads; null where the request comes from one. */
async function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  file: RepositoryFile,
  session: FaultSession,
  elsewhere: string | null,
): Promise<void> {
  const range = request.headers.range ?? null;
  const asked = /^bytes=(\d+)-(\d*)$/.exec(range ?? '');
  let fromByte = Number(asked?.[1] ?? 0);
  let toByte = Math.min(file.sizeBytes, asked?.[2] ? Number(asked[2]) + 1 : file.sizeBytes);
  const faults = session.strike(file.path, fromByte, toByte);
  const strikes = (kind: Fault['kind']) => faults.find((fault) => fault.kind === kind);
  const logged = { path: file.path, range, status: 200, fromByte, toByte: fromByte };
  session.log.push(logged);
  response.on('close', () => (logged.status = response.statusCode));

  if (strikes('no-cors')) for (const name of Object.keys(CORS)) response.removeHeader(name);
  if (strikes('unexposed')) response.removeHeader('access-control-expose-headers');
  if (refuse(response, faults)) return;
  if (strikes('redirect') && elsewhere) return void response.writeHead(302, { location: elsewhere }).end();
  if (strikes('html')) {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Sign in</title>');
    return;
  }
  const etag = `"${strikes('replaced') ? 'other' : file.hash}"`;
  response.setHeader('etag', etag);
  response.setHeader('x-linked-size', file.sizeBytes);
  if (file.large) response.setHeader('x-linked-etag', etag);
  response.setHeader(
    'content-type',
    file.path.endsWith('.json') ? 'application/json' : 'application/octet-stream',
  );
  if (asked && fromByte >= file.sizeBytes) {
    return void response.writeHead(416, { 'content-range': `bytes */${file.sizeBytes}` }).end();
  }
  const partial = asked !== null && !strikes('ignore-range');
  if (!partial) {
    fromByte = 0;
    toByte = file.sizeBytes;
  }
  const end = bodyFault(faults);
  const sizeBytes = end?.kind === 'truncate' ? end.atByte : file.sizeBytes;
  toByte = Math.min(toByte, sizeBytes);
  if (partial) response.setHeader('content-range', `bytes ${fromByte}-${toByte - 1}/${sizeBytes}`);
  response.setHeader('accept-ranges', 'bytes');
  const length = strikes('no-length') ? {} : { 'content-length': toByte - fromByte };
  response.writeHead(partial ? 206 : 200, length);
  if (request.method === 'HEAD') return void response.end();
  response.flushHeaders();

  const corrupt = faults.find((fault) => fault.kind === 'corrupt');
  const lastByte = end && end.kind !== 'truncate' ? end.atByte : toByte;
  logged.fromByte = logged.toByte = fromByte;
  if (lastByte > fromByte) {
    for await (const chunk of file.open(fromByte, lastByte)) {
      const bytes = chunk as Buffer;
      const flip = corrupt ? corrupt.atByte - logged.toByte : -1;
      if (flip >= 0 && flip < bytes.length) bytes[flip]! ^= 1;
      const gone = await write(response, bytes);
      if (gone) return;
      logged.toByte += bytes.length;
    }
  }
  if (end?.kind === 'stall') return;
  if (end?.kind === 'drop') response.socket?.destroySoon();
  else response.end();
}

const bodyFault = (faults: readonly Fault[]) =>
  faults.find((fault) => fault.kind === 'drop' || fault.kind === 'stall' || fault.kind === 'truncate');

/** Resolves once the chunk has been handed over; true where nobody listens any more. */
function write(response: ServerResponse, bytes: Buffer): Promise<boolean> {
  if (response.destroyed) return Promise.resolve(true);
  return new Promise((resolve) => {
    const onClose = () => resolve(true);
    response.once('close', onClose);
    response.write(bytes, () => {
      response.off('close', onClose);
      resolve(response.destroyed);
    });
  });
}

function refuse(response: ServerResponse, faults: readonly Fault[]): boolean {
  const refusal = faults.find((fault) => fault.kind === 'refuse');
  if (!refusal) return false;
  if (refusal.retryAfterSeconds !== undefined) response.setHeader('retry-after', refusal.retryAfterSeconds);
  response.writeHead(refusal.status).end('refused, as ordered');
  return true;
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return JSON.parse(text) as unknown;
}
