/**
 * A file on its way into the store, from a network, a disk or a computation. In: its bytes in order, in parts of any
 * size. Out: pieces in the store, their SHA-256 and the file's. The one decision to know: one piece is held, never
 * more, and the hash so far is stored with each, so that a file can be gone on with in another visit.
 */
import type { PieceStore } from './piece-store';
import { openSha256, type RunningSha256, sha256 } from './sha256';
import type { FileRecord, WantedFile } from './stored-model';

/** 8 MB: small enough to lose and to hold, large enough that a transaction per piece costs nothing. */
export const PIECE_BYTES = 8 * 1024 * 1024;

export interface Intake {
  readonly record: FileRecord;
  /** Stored, and in the piece under way. */
  readonly receivedBytes: number;
  /** Nothing is left to ask for. */
  readonly full: boolean;
  /** What a host says of the file, where the publisher's list does not. */
  learn(said: { etag: string | null; sha256: string | null }): void;
  /** Keeps nothing of `bytes`. */
  add(bytes: Uint8Array): Promise<void>;
  /** The verified record, or null where the SHA-256 is wrong; the intake is of no use afterwards. */
  finish(): Promise<FileRecord | null>;
}

/** Goes on from what is stored of the file. */
export async function openIntake(
  store: PieceStore,
  model: string,
  file: WantedFile,
  pieceBytes: number,
): Promise<Intake> {
  const stored = await store.loadFile(model, file.path);
  let record: FileRecord = stored ?? {
    model,
    path: file.path,
    state: 'partial',
    sizeBytes: file.sizeBytes,
    sha256: file.sha256,
    etag: null,
    pieceBytes,
    pieces: [],
    receivedBytes: 0,
    runningHash: null,
  };
  const hash = await resumeHash(record, store);
  /** Made when the first byte comes, so that a small file takes little. */
  let piece: Uint8Array<ArrayBuffer> | null = null;
  let filled = 0;

  /** In one transaction with the record that counts it. */
  const storePiece = async (bytes: Uint8Array<ArrayBuffer>, change: Partial<FileRecord>) => {
    const next: FileRecord = {
      ...record,
      ...change,
      pieces: [...record.pieces, await sha256(bytes)],
      receivedBytes: record.receivedBytes + bytes.byteLength,
    };
    await store.storePiece(next, record.pieces.length, bytes);
    record = next;
    filled = 0;
  };

  return {
    get record() {
      return record;
    },
    get receivedBytes() {
      return record.receivedBytes + filled;
    },
    get full() {
      return record.sizeBytes === record.receivedBytes + filled;
    },
    learn(opened) {
      record = {
        ...record,
        sha256: record.sha256 ?? opened.sha256,
        etag: opened.etag,
      };
    },
    async add(bytes) {
      for (let at = 0; at < bytes.byteLength;) {
        piece ??= new Uint8Array(Math.min(record.pieceBytes, record.sizeBytes ?? record.pieceBytes));
        const taken = Math.min(piece.byteLength - filled, bytes.byteLength - at);
        if (taken === 0) throw new RangeError(`${record.path} has more than ${record.sizeBytes} bytes`);
        piece.set(bytes.subarray(at, at + taken), filled);
        filled += taken;
        at += taken;
        if (filled < record.pieceBytes) continue;
        hash.update(piece);
        await storePiece(piece, { runningHash: hash.save() });
      }
    },
    async finish() {
      const sizeBytes = record.receivedBytes + filled;
      const last = filled > 0 && piece ? piece.slice(0, filled) : null;
      if (last) hash.update(last);
      const actual = hash.digest();
      if (record.sha256 !== null && record.sha256 !== actual) return null;
      const verified = { state: 'verified', sizeBytes, sha256: actual, runningHash: null } as const;
      if (last) await storePiece(last, verified);
      else {
        record = { ...record, ...verified };
        await store.storeFile(record);
      }
      return record;
    },
  };
}

async function resumeHash(record: FileRecord, store: PieceStore): Promise<RunningSha256> {
  try {
    return await openSha256(record.runningHash);
  } catch {
    // Saved by another version of the hasher: read again what is stored.
    const hash = await openSha256();
    for (let index = 0; index < record.pieces.length; index++) {
      const piece = await store.loadPiece(record, index);
      if (piece) hash.update(piece);
    }
    return hash;
  }
}
