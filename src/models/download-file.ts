/**
 * One file from a hub into the store. In: which file, from which hosts. Out: its record, verified. Whatever happens on
 * the way (a broken connection, a reload, another host), what is stored stays and only the rest is asked for.
 * The one decision to know: between attempts of one call the half-filled piece is kept in memory, and across calls at
 * most that piece is fetched again; nothing else of the file is ever held.
 */
import { LonghandError } from '../lib/errors';
import { type FetchOptions, HostFailure, type OpenedRange, openRange } from '../lib/fetch-range';
import { type Intake, openIntake } from './intake';
import type { PieceStore } from './piece-store';
import type { FileRecord, WantedFile } from './stored-model';
import { type Patience, tryHosts } from './try-hosts';

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
  let intake = await openIntake(store, model, file, download.pieceBytes);
  if (intake.record.state === 'verified') return intake.record;
  let restarts = 0;
  /** Nothing says which of the stored bytes are still right. */
  const startOver = async (reason: string): Promise<HostFailure> => {
    await store.removeFile(model, file.path);
    if (++restarts > MOST_RESTARTS) throw new LonghandError('models/corrupt', { model, file: file.path });
    intake = await openIntake(store, model, file, download.pieceBytes);
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
      const { sizeBytes } = intake.record;
      if (sizeBytes !== null && intake.receivedBytes + bytes.byteLength > sizeBytes) {
        throw new HostFailure('refused', 'more bytes than the file has');
      }
      await intake.add(bytes);
      onBytes(intake.receivedBytes, intake.record.sizeBytes);
    }
    requireWhole(intake, opened.sizeBytes);
  }
}

/** Of compressed answers the announced length is less than what comes out; never more. */
function requireWhole({ receivedBytes, record }: Intake, announcedBytes: number | null): void {
  const expected = record.sizeBytes ?? announcedBytes ?? 0;
  if (receivedBytes < expected) throw new HostFailure('broken', `${receivedBytes} of ${expected} bytes`);
}

function hasChanged({ pieces, etag, sha256, sizeBytes }: FileRecord, opened: OpenedRange): boolean {
  if (pieces.length === 0) return false;
  if (sha256 !== null) return opened.sha256 !== null && opened.sha256 !== sha256;
  if (etag !== null && opened.etag !== null) return etag !== opened.etag;
  return sizeBytes !== null && opened.sizeBytes !== null && sizeBytes !== opened.sizeBytes;
}
