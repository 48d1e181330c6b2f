/** Bytes as mediabunny wants them. In: ours. Out: its own reader for what lies on disk, and a way through ours else. */
import { BlobSource, CustomSource, ReadableStreamSource, type Source } from 'mediabunny';
import type { ByteSource } from './byte-source';

/** What comes over a network is kept by the byte source; this is only to join small reads. */
const CACHE_BYTES = 1024 * 1024;
/** Of a stream whose end nobody knows; containers go back a little now and then. */
const STREAM_CACHE_BYTES = 32 * 1024 * 1024;

/** Errors of reads that nobody waits for any more come again with the next one. */
const handleUnhandledError = (): void => undefined;

/** `owned`: the bytes are closed with their input. */
export function bunnySource(bytes: ByteSource, { owned = false } = {}): Source {
  if (bytes.blob) return new BlobSource(bytes.blob, { handleUnhandledError });
  if (!Number.isFinite(bytes.sizeBytes))
    return new ReadableStreamSource(streamOf(bytes), {
      maxCacheSize: STREAM_CACHE_BYTES,
      handleUnhandledError,
    });
  return new CustomSource({
    getSize: () => bytes.sizeBytes,
    read: (start, end) => bytes.read(start, end - start),
    maxCacheSize: CACHE_BYTES,
    ...(owned ? { dispose: () => bytes.close() } : {}),
    handleUnhandledError,
  });
}

function streamOf(bytes: ByteSource): ReadableStream<Uint8Array> {
  let position = 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const piece = await bytes.read(position, bytes.pieceBytes);
        position += piece.length;
        if (piece.length > 0) controller.enqueue(piece);
        else controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}
