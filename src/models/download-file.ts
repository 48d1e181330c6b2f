/**
 * One file from a hub into the store. In: which file, from which hosts. Out: its record, verified. Whatever happens on
 * the way (a broken connection, a reload, another host), what is stored stays and only the rest is asked for.
 * The one decision to know: between attempts of one call the half-filled piece is kept in memory, and across calls at
 * most that piece is fetched again; nothing else of the file is ever held.
 */
import { LonghandError } from '../lib/errors';
import { type FetchOptions, HostFailure, type OpenedRange, openRange } from './fetch-range';
import type { PieceStore } from './piece-store';
import { openSha256, type RunningSha256, sha256 } from './sha256';
import type { FileRecord, WantedFile } from './stored-model';
import { type Patience, tryHosts } from './try-hosts';

/** 8 MB: small enough to lose and to hold, large enough that a transaction per piece costs nothing. */
export const PIECE_BYTES = 8 * 1024 * 1024;

/** Once for a file that was replaced at the host meanwhile, once for a wrong check sum; then it is the publisher's. */
const MOST_RESTARTS = 2;

export interface FileDownload {
  model: string;
  file: WantedFile;
  hosts: readonly string[];
  /** The file's address at a host. */
  urlAt(host: string): string;
  store: PieceStore;
  pieceBytes: number;
  patience: Patience;
  /** Bytes of the file that are here, the piece under way included; falls when the file has to be begun again. */
  onBytes(receivedBytes: number, sizeBytes: number | null): void;
  onWait?(waiting: { host: string; seconds: number; answer: string }): void;
}

/**
 * Throws `models/offline`, `models/not-found`, `models/host-refused`, `models/interrupted`, `models/corrupt`,
 * `models/quota-exceeded`, `store/unavailable`, or the signal's reason; what is stored is kept, except a file whose
 * SHA-256 is wrong.
 */
export async function runFileDownload(download: FileDownload, options: FetchOptions): Promise<FileRecord> {
  const { model, file, store, onBytes } = download;
  let intake = await openIntake(download);
  if (intake.record.state === 'verified') return intake.record;
  let restarts = 0;
  /** Nothing says which of the stored bytes are still right. */
  const startOver = async (reason: string): Promise<HostFailure> => {
    await store.removeFile(model, file.path);
    if (++restarts > MOST_RESTARTS) throw new LonghandError('models/corrupt', { model, file: file.path });
    intake = await openIntake(download);
    onBytes(0, intake.record.sizeBytes);
    return new HostFailure('changed', reason);
  };
  return tryHosts(
    {
      model,
      file: file.path,
      hosts: download.hosts,
      patience: download.patience,
      signal: options.signal,
      progress: () => intake.receivedBytes,
      sizeBytes: () => intake.record.sizeBytes,
      ...(download.onWait ? { onWait: download.onWait } : {}),
    },
    async (host) => {
      if (!intake.full) await receive(host);
      const record = await intake.finish();
      return record ?? Promise.reject(await startOver('the check sum is wrong'));
    },
  );

  async function receive(host: string): Promise<void> {
    let opened: OpenedRange;
    try {
      opened = await openRange(download.urlAt(host), intake.receivedBytes, null, options);
    } catch (error) {
      throw error instanceof HostFailure && error.kind === 'changed' ? await startOver(error.answer) : error;
    }
    if (hasChanged(intake.record, opened)) {
      await opened.bytes.return();
      throw await startOver('the file there is another one now');
    }
    intake.learn(opened);
    for await (const bytes of opened.bytes) {
      await intake.add(bytes);
      onBytes(intake.receivedBytes, intake.record.sizeBytes);
    }
  }
}

function hasChanged({ pieces, etag, sha256, sizeBytes }: FileRecord, opened: OpenedRange): boolean {
  if (pieces.length === 0) return false;
  if (sha256 !== null) return opened.sha256 !== null && opened.sha256 !== sha256;
  if (etag !== null && opened.etag !== null) return etag !== opened.etag;
  return sizeBytes !== null && opened.sizeBytes !== null && sizeBytes !== opened.sizeBytes;
}

interface Intake {
  readonly record: FileRecord;
  /** Stored, and in the piece under way. */
  readonly receivedBytes: number;
  /** Nothing is left to ask for. */
  readonly full: boolean;
  learn(opened: OpenedRange): void;
  add(bytes: Uint8Array): Promise<void>;
  /** The verified record, or null where the SHA-256 is wrong. Throws `HostFailure` where bytes are missing. */
  finish(): Promise<FileRecord | null>;
}

/** Goes on from what is stored of the file. */
async function openIntake({ model, file, store, pieceBytes }: FileDownload): Promise<Intake> {
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
  /** What a host said of the size without promising it. */
  let hintBytes: number | null = null;

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
      hintBytes = opened.sizeBytes;
      record = {
        ...record,
        sha256: record.sha256 ?? opened.sha256,
        etag: opened.etag,
      };
    },
    async add(bytes) {
      for (let at = 0; at < bytes.byteLength;) {
        piece ??= new Uint8Array(Math.min(record.pieceBytes, record.sizeBytes ?? record.pieceBytes));
        if (record.sizeBytes !== null && record.receivedBytes + filled >= record.sizeBytes) {
          throw new HostFailure('refused', 'more bytes than the file has');
        }
        const taken = Math.min(piece.byteLength - filled, bytes.byteLength - at);
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
      // Of compressed answers the length is less than what comes out; never more.
      const expected = record.sizeBytes ?? hintBytes ?? 0;
      if (sizeBytes < expected || (record.sizeBytes !== null && sizeBytes !== record.sizeBytes)) {
        throw new HostFailure('broken', `${sizeBytes} of ${expected} bytes`);
      }
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
