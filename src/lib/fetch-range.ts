/**
 * One request for the rest of a file. In: an address and the first byte wanted. Out: exactly the bytes from there on,
 * whatever the server made of the range, or a `HostFailure` that says what to do next.
 * The one decision to know: an answer that merely looks like success (a page, a body that stops early, silence) is
 * told apart here, so that whoever loops over hosts and attempts sees only two outcomes. Only headers that need no
 * preflight are sent (`Range` is one, `If-Range` is not), and none is relied on that CORS hides unless it is exposed.
 */

/**
 * - unreachable: no answer at all · not-found: this host lacks the file · refused: asking again will not help
 * - busy: asking later may, after `waitSeconds` where it said so · broken: an answer that stopped midway
 * - changed: the file there is not the one that was begun
 */
export type HostFailureKind = 'unreachable' | 'not-found' | 'refused' | 'busy' | 'broken' | 'changed';

export class HostFailure extends Error {
  override readonly name = 'HostFailure';
  readonly kind: HostFailureKind;
  readonly answer: string;
  readonly waitSeconds: number | null;
  /** Of the answer; null where there was none. */
  readonly status: number | null;

  constructor(
    kind: HostFailureKind,
    answer: string,
    waitSeconds: number | null = null,
    cause?: unknown,
    status: number | null = null,
  ) {
    super(`${kind}: ${answer}`, { cause });
    this.kind = kind;
    this.answer = answer;
    this.waitSeconds = waitSeconds;
    this.status = status;
  }
}

export interface FetchOptions {
  signal: AbortSignal;
  /** Without a byte for this long a connection counts as broken. */
  stallSeconds: number;
  /** A whole file that comes in place of the range is given whole, not cut. */
  keepWhole?: boolean;
}

export interface OpenedRange {
  etag: string | null;
  lastModified: string | null;
  /** After redirects. */
  url: string;
  /** False where the host gave the whole file, whatever was asked for. */
  ranged: boolean;
  /** Hubs name large files by their SHA-256. */
  sha256: string | null;
  /** Of the whole file; null where the host does not say, or says it of compressed bytes. */
  sizeBytes: number | null;
  /** From the byte asked for. Throws `HostFailure`, or the signal's reason. Leaving the loop ends the request. */
  bytes: AsyncGenerator<Uint8Array, void>;
}

/** `toByte`: the one after the last; null for the rest of the file. Throws `HostFailure`, or the signal's reason. */
export async function openRange(
  url: string,
  fromByte: number,
  toByte: number | null,
  { signal, stallSeconds, keepWhole = false }: FetchOptions,
): Promise<OpenedRange> {
  signal.throwIfAborted();
  const request = new AbortController();
  const watchdog = createWatchdog(stallSeconds, () => request.abort());
  const requestSignal = AbortSignal.any([signal, request.signal]);
  const failure = (error: unknown, kind: HostFailureKind): unknown => {
    if (signal.aborted) return signal.reason;
    if (error instanceof HostFailure) return error;
    if (request.signal.aborted) return new HostFailure('broken', `nothing came for ${stallSeconds} s`);
    return new HostFailure(kind, error instanceof Error ? error.message : String(error), null, error);
  };
  try {
    const ranged = fromByte > 0 || toByte !== null;
    const range = `bytes=${fromByte}-${toByte === null ? '' : toByte - 1}`;
    // `no-store`: a second copy in the HTTP cache would only take the room that the store needs.
    const response = await fetch(url, {
      signal: requestSignal,
      cache: 'no-store',
      ...(ranged ? { headers: { range } } : {}),
    });
    try {
      const { startsAt, sizeBytes } = readHead(response, fromByte, toByte);
      const atEnd = response.status === 416;
      const wanted = toByte === null ? null : toByte - fromByte;
      return {
        etag: response.headers.get('etag'),
        lastModified: response.headers.get('last-modified'),
        url: response.url,
        ranged: response.status !== 200,
        sha256: sha256Of(response.headers.get('x-linked-etag')),
        sizeBytes,
        bytes: readBody(
          response,
          fromByte - startsAt,
          atEnd ? 0 : keepWhole && response.status === 200 ? null : wanted,
        ),
      };
    } catch (error) {
      await response.body?.cancel().catch(() => undefined);
      throw error;
    }
  } catch (error) {
    watchdog.stop();
    throw failure(error, 'unreachable');
  }

  async function* readBody(
    response: Response,
    skipBytes: number,
    wantedBytes: number | null,
  ): AsyncGenerator<Uint8Array, void> {
    const reader = response.body?.getReader();
    let skip = skipBytes;
    let left = wantedBytes ?? Infinity;
    try {
      while (reader && left > 0) {
        // What the browser has buffered would still come after an abort.
        signal.throwIfAborted();
        watchdog.start();
        const { done, value } = await reader.read();
        watchdog.stop();
        if (done) return;
        const bytes = value.subarray(skip, Math.min(value.byteLength, skip + left));
        skip = Math.max(0, skip - value.byteLength);
        left -= bytes.byteLength;
        if (bytes.byteLength > 0) yield bytes;
      }
    } catch (error) {
      throw failure(error, 'broken');
    } finally {
      watchdog.stop();
      await reader?.cancel().catch(() => undefined);
    }
  }
}

/** The size of a file whose server hides it from ranges; null where it does not say. Throws the signal's reason. */
export async function askSize(url: string, signal: AbortSignal): Promise<number | null> {
  for (const init of [{ method: 'HEAD' }, { headers: { range: 'bytes=0-' } }]) {
    const response = await fetch(url, { ...init, cache: 'no-store', signal }).catch(() => null);
    signal.throwIfAborted();
    const sizeBytes = response?.ok ? numberOrNull(response.headers.get('content-length')) : null;
    await response?.body?.cancel().catch(() => undefined);
    if (sizeBytes !== null) return sizeBytes;
  }
  return null;
}

/** Where the body starts in the file, and how large that is. */
function readHead(
  response: Response,
  fromByte: number,
  toByte: number | null,
): { startsAt: number; sizeBytes: number | null } {
  const { status, headers } = response;
  const refuse = (kind: HostFailureKind, answer: string, waitSeconds: number | null = null) =>
    new HostFailure(kind, answer, waitSeconds, undefined, status);
  if (status === 404 || status === 410) throw refuse('not-found', `status ${status}`);
  if (status === 416) {
    // Asked for what follows the last byte, as after a kill between the last piece and its record.
    if (headers.get('content-range') === `bytes */${fromByte}`)
      return { startsAt: fromByte, sizeBytes: fromByte };
    throw refuse('changed', 'the file ends before the byte asked for');
  }
  if (status === 408 || status === 429 || status >= 500) {
    throw refuse('busy', `status ${status}`, retryAfterSeconds(headers.get('retry-after')));
  }
  if (!response.ok) throw refuse('refused', `status ${status}`);
  if (headers.get('content-type')?.startsWith('text/html')) {
    throw refuse('refused', 'a web page instead of the file');
  }
  const length = numberOrNull(headers.get('content-length'));
  if (status !== 206) return { startsAt: 0, sizeBytes: length };
  // The header is hidden from scripts where the host does not expose it; then the range is what was asked for.
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '');
  const startsAt = range ? Number(range[1]) : fromByte;
  if (startsAt > fromByte) throw refuse('refused', `bytes from ${startsAt} instead of ${fromByte}`);
  if (range) return { startsAt, sizeBytes: numberOrNull(range[2]!) };
  // Less than was asked for can only be all there is; as much says nothing of the rest.
  const tellsAll = length !== null && (toByte === null || length < toByte - fromByte);
  return { startsAt, sizeBytes: tellsAll ? fromByte + length : null };
}

const numberOrNull = (text: string | null): number | null =>
  text !== null && /^\d+$/.test(text) ? Number(text) : null;

const sha256Of = (etag: string | null): string | null =>
  /^(?:W\/)?"([0-9a-f]{64})"$/.exec(etag ?? '')?.[1] ?? null;

/** Seconds, or a date. */
function retryAfterSeconds(header: string | null): number | null {
  if (header === null) return null;
  const seconds = numberOrNull(header) ?? (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : null;
}

/** Runs only while it is waited for: time in which nobody reads does not count against the host. */
function createWatchdog(seconds: number, onSilence: () => void) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = () => clearTimeout(timer);
  const start = () => {
    stop();
    timer = setTimeout(onSilence, seconds * 1000);
  };
  start();
  return { start, stop };
}
