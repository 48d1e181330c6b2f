/**
 * Damaged pieces of a stored file, fetched again. In: the file's record and which pieces. Out: the record with every
 * piece as its SHA-256 says. The one decision to know: where the host's bytes do not fit the record either, the record
 * or the host's file is another one now, and only then the whole file is fetched.
 */
import { type FileDownload, runFileDownload } from './download-file';
import { type FetchOptions, openRange } from './fetch-range';
import { sha256 } from './sha256';
import type { FileRecord } from './stored-model';
import { tryHosts } from './try-hosts';

/** Throws what `runFileDownload` throws. */
export async function runRepair(
  damaged: FileRecord,
  pieces: readonly number[],
  download: FileDownload,
  options: FetchOptions,
): Promise<FileRecord> {
  const { store } = download;
  for (const index of pieces) {
    const bytes = await fetchPiece(damaged, index, download, options);
    if ((await sha256(bytes)) !== damaged.pieces[index]) {
      await store.removeFile(damaged.model, damaged.path);
      return runFileDownload(download, options);
    }
    await store.storePiece(damaged, index, bytes);
  }
  const repaired: FileRecord = { ...damaged, state: 'verified' };
  await store.storeFile(repaired);
  return repaired;
}

function fetchPiece(
  file: FileRecord,
  index: number,
  { hosts, urlAt, patience, model }: FileDownload,
  options: FetchOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const fromByte = index * file.pieceBytes;
  const toByte = Math.min(fromByte + file.pieceBytes, file.receivedBytes);
  const piece = new Uint8Array(toByte - fromByte);
  let filled = 0;
  return tryHosts(
    {
      model,
      file: file.path,
      hosts,
      patience,
      signal: options.signal,
      progress: () => filled,
      sizeBytes: () => piece.byteLength,
    },
    async (host) => {
      const { bytes } = await openRange(urlAt(host), fromByte + filled, toByte, options);
      for await (const part of bytes) {
        piece.set(part, filled);
        filled += part.byteLength;
      }
      return piece;
    },
  );
}
