/**
 * A file that is still being written, read from another thread: a request, an answer, in turn. A request for bytes
 * that do not exist yet is answered when they do.
 */
import { LonghandError } from '../lib/errors';

export interface GrowingFile {
  /** At least one byte from `position` on, at most `mostBytes`; none at the end. One call at a time. */
  read(position: number, mostBytes: number): Promise<GrowingBytes>;
  close(): void;
}

export interface GrowingBytes {
  bytes: Uint8Array<ArrayBuffer>;
  /** More lies there already, or the file has ended: the next read will not wait. */
  more: boolean;
}

/** The writing side: answers at once, or null while nothing is there yet. */
export interface GrowingFileSource {
  read(position: number, mostBytes: number): GrowingBytes | null;
}

type Request = { position: number; mostBytes: number } | { close: true };

/** Returns what must be called after every change of the file, until the other side closes. */
export function serveGrowingFile(
  port: MessagePort,
  file: GrowingFileSource,
  onClose: () => void,
): () => void {
  let waiting: { position: number; mostBytes: number } | null = null;
  const answer = () => {
    if (!waiting) return;
    const found = file.read(waiting.position, waiting.mostBytes);
    if (!found) return;
    waiting = null;
    port.postMessage(found, [found.bytes.buffer]);
  };
  port.onmessage = ({ data }: MessageEvent<Request>) => {
    if ('close' in data) {
      port.close();
      onClose();
      return;
    }
    waiting = data;
    answer();
  };
  return answer;
}

export function openGrowingFile(port: MessagePort): GrowingFile {
  let pending: PromiseWithResolvers<GrowingBytes> | null = null;
  let closed = false;
  port.onmessage = ({ data }: MessageEvent<GrowingBytes>) => {
    pending?.resolve(data);
    pending = null;
  };
  return {
    read(position, mostBytes) {
      if (closed) return Promise.reject(new LonghandError('internal/closed', { what: 'recording' }));
      pending = Promise.withResolvers<GrowingBytes>();
      port.postMessage({ position, mostBytes } satisfies Request);
      return pending.promise;
    },
    close() {
      if (closed) return;
      closed = true;
      port.postMessage({ close: true } satisfies Request);
      port.close();
      pending?.reject(new LonghandError('internal/closed', { what: 'recording' }));
    },
  };
}
