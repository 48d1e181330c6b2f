/**
 * A stored model as the engine reads it. In: a model's id and the store. Out: whole files, every piece checked against
 * its SHA-256 before anything of it is used; a damaged piece is fetched again where there is a way to.
 * The one decision to know: a file is put together once, in one buffer of its final size, piece by piece.
 */
import { LonghandError } from '../lib/errors';
import type { ModelFiles } from '../speech/model-files';
import type { PieceStore } from './piece-store';
import { sha256 } from './sha256';
import type { FileRecord } from './stored-model';

/** Makes the pieces good in the store; throws where it cannot. */
export type Repair = (
  file: FileRecord,
  pieces: readonly number[],
  options: { signal: AbortSignal },
) => Promise<FileRecord>;

/**
 * Files that are not complete count as not there. Reading throws `models/corrupt` where a damaged piece cannot be made
 * good, what `repair` throws, and `speech/out-of-memory`.
 */
export function createStoredModelFiles(
  store: PieceStore,
  id: string,
  repair: Repair | null = null,
): ModelFiles {
  return {
    name: id,
    async read(path, { signal }) {
      const file = await store.loadFile(id, path);
      if (!file || file.state === 'partial') return null;
      return readWhole(store, file, repair, signal);
    },
  };
}

async function readWhole(
  store: PieceStore,
  file: FileRecord,
  repair: Repair | null,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const whole = allocate(file.receivedBytes);
  const damaged: number[] = [];
  for (let index = 0; index < file.pieces.length; index++) {
    signal.throwIfAborted();
    const piece = await loadSound(store, file, index);
    if (piece) whole.set(piece, index * file.pieceBytes);
    else damaged.push(index);
  }
  if (damaged.length === 0) return whole;

  await store.storeFile({ ...file, state: 'corrupt' });
  if (!repair) throw new LonghandError('models/corrupt', { model: file.model, file: file.path });
  const repaired = await repair(file, damaged, { signal });
  if (repaired.sha256 !== file.sha256) return readWhole(store, repaired, null, signal);
  for (const index of damaged) {
    const piece = await loadSound(store, repaired, index);
    if (!piece) throw new LonghandError('models/corrupt', { model: file.model, file: file.path });
    whole.set(piece, index * repaired.pieceBytes);
  }
  return whole;
}

/** Null where the piece is missing, or is not what was stored. */
export async function loadSound(
  store: PieceStore,
  file: FileRecord,
  index: number,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const piece = await store.loadPiece(file, index);
  if (!piece) return null;
  const sizeBytes = Math.min(file.pieceBytes, file.receivedBytes - index * file.pieceBytes);
  if (piece.byteLength !== sizeBytes) return null;
  return (await sha256(piece)) === file.pieces[index] ? piece : null;
}

function allocate(sizeBytes: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(sizeBytes);
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new LonghandError('speech/out-of-memory', { neededBytes: sizeBytes, detail }, { cause });
  }
}
