/**
 * Damaged pieces of a stored file, fetched again. In: the file's record and which pieces. Out: the record with every
 * piece as its SHA-256 says. The one decision to know: where the host's bytes do not fit the record either, the record
 * or the host's file is another one now, and only then the whole file is fetched.
 */
import { LonghandError } from '../lib/errors';
import { type FileDownload, runFileDownload } from './download-file';
import { STALL_SECONDS } from './download-model';
import { type FetchOptions, openRange } from '../lib/fetch-range';
import { fileUrl } from './hub';
import type { PieceStore } from './piece-store';
import { sha256 } from './sha256';
import type { FileRecord, ModelRecord } from './stored-model';
import type { Repair } from './stored-model-files';
import { DEFAULT_PATIENCE, tryHosts } from './try-hosts';

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

/** Null for models that came from disk; a file made here has to be made again. */
export function createRepair(store: PieceStore, model: ModelRecord): Repair | null {
  const { origin } = model;
  if (origin.kind !== 'hub') return null;
  const repository = { id: model.id, revision: origin.revision };
  return (file, pieces, { signal }) => {
    const wanted = model.files.find(({ path }) => path === file.path);
    if (wanted?.madeHere) throw new LonghandError('models/corrupt', { model: model.id, file: file.path });
    const download = {
      model: model.id,
      file: wanted ?? { path: file.path, sizeBytes: null, sha256: null },
      hosts: origin.hosts,
      urlAt: (host: string) => fileUrl(host, repository, file.path),
      store,
      pieceBytes: file.pieceBytes,
      patience: DEFAULT_PATIENCE,
      onBytes: () => undefined,
    };
    return runRepair(file, pieces, download, { signal, stallSeconds: STALL_SECONDS });
  };
}
