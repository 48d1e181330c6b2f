/** Bytes at any offset: a stored file piece by piece, or one in memory. What reads a model without holding it reads this. */
import { LonghandError } from '../lib/errors';
import type { PieceStore } from './piece-store';
import { sha256 } from './sha256';
import type { FileRecord } from './stored-model';

export interface ByteSource {
  readonly sizeBytes: number;
  /** Exactly `length` bytes, which are the caller's. Throws RangeError beyond the end. */
  read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * Holds the piece read last, so that reading in order loads each piece once. Throws `models/corrupt` where a piece is
 * not what was stored.
 */
export function createStoredSource(store: PieceStore, file: FileRecord): ByteSource {
  let held: { index: number; bytes: Uint8Array<ArrayBuffer> } | null = null;
  const piece = async (index: number): Promise<Uint8Array<ArrayBuffer>> => {
    if (held?.index === index) return held.bytes;
    held = null;
    const bytes = await store.loadPiece(file, index);
    if (!bytes || (await sha256(bytes)) !== file.pieces[index]) {
      throw new LonghandError('models/corrupt', { model: file.model, file: file.path });
    }
    held = { index, bytes };
    return bytes;
  };
  return {
    sizeBytes: file.receivedBytes,
    async read(offset, length) {
      requireWithin(offset, length, file.receivedBytes);
      const bytes = new Uint8Array(length);
      for (let filled = 0; filled < length;) {
        const at = offset + filled;
        const from = await piece(Math.floor(at / file.pieceBytes));
        const part = from.subarray(at % file.pieceBytes).subarray(0, length - filled);
        bytes.set(part, filled);
        filled += part.byteLength;
      }
      return bytes;
    },
  };
}

export function createMemorySource(whole: Uint8Array): ByteSource {
  return {
    sizeBytes: whole.byteLength,
    read: (offset, length) => {
      requireWithin(offset, length, whole.byteLength);
      return Promise.resolve(whole.slice(offset, offset + length));
    },
  };
}

function requireWithin(offset: number, length: number, sizeBytes: number): void {
  if (offset < 0 || length < 0 || offset + length > sizeBytes) {
    throw new RangeError(`bytes ${offset} to ${offset + length} of ${sizeBytes}`);
  }
}
