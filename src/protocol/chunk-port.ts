/**
 * Chunks from the media worker to the speech worker, over one transferred port: a request, an answer, in turn.
 * The samples are transferred, not copied; the page never sees them.
 */
import { LonghandError } from '../lib/errors';
import type { ChunkBatch, ChunkReader, ChunkRequest } from '../signal/chunk';
import { errorFromWire, errorToWire } from './wire';

type Request = { next: ChunkRequest } | { close: true };
type Answer = { batch: ChunkBatch } | { error: ReturnType<typeof errorToWire> };

/** Producing end: answers requests from `reader` until the other side closes. */
export function serveChunks(port: MessagePort, reader: ChunkReader): void {
  port.onmessage = async ({ data }: MessageEvent<Request>) => {
    if ('close' in data) {
      reader.close();
      port.close();
      return;
    }
    try {
      const batch = await reader.next(data.next);
      const all = batch.pending ? [...batch.chunks, batch.pending] : batch.chunks;
      const buffers = all.map((chunk) => chunk.samples.buffer);
      port.postMessage({ batch } satisfies Answer, buffers);
    } catch (error) {
      port.postMessage({ error: errorToWire(error) } satisfies Answer);
    }
  };
}

/** Consuming end. A request that is waiting when `signal` aborts rejects with its reason. */
export function openChunks(port: MessagePort, signal: AbortSignal): ChunkReader {
  let pending: PromiseWithResolvers<ChunkBatch> | null = null;
  let closed = false;
  port.onmessage = ({ data }: MessageEvent<Answer>) => {
    const waiting = pending;
    pending = null;
    if ('batch' in data) waiting?.resolve(data.batch);
    else waiting?.reject(errorFromWire(data.error));
  };
  const onAbort = () => {
    pending?.reject(signal.reason);
    pending = null;
  };
  signal.addEventListener('abort', onAbort, { once: true });
  return {
    next(request) {
      if (closed) return Promise.reject(new LonghandError('internal/closed', { what: 'chunk reader' }));
      if (signal.aborted) return Promise.reject(signal.reason as Error);
      pending = Promise.withResolvers<ChunkBatch>();
      port.postMessage({ next: request } satisfies Request);
      return pending.promise;
    },
    close() {
      if (closed) return;
      closed = true;
      signal.removeEventListener('abort', onAbort);
      port.postMessage({ close: true } satisfies Request);
      port.close();
    },
  };
}
