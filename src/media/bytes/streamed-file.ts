/**
 * A file behind an address whose server gives it only whole. In: its first answer. Out: bytes at any place, once they
 * have come. It is fetched once, front to back, into the browser's own storage, and read like a file that grows: words
 * come while it still arrives, and a place far ahead (an index at the end) is waited for. Needs a worker: only there are
 * files opened for reading and writing at once.
 */
import { LonghandError, toLonghandError } from '../../lib/errors';
import { HostFailure, type OpenedRange } from '../../lib/fetch-range';
import type { ByteSource } from './byte-source';
import type { Remote } from './remote';

const FOLDER = 'streamed';
const PIECE_BYTES = 256 * 1024;

/** Known to the types of workers only, while tests are checked as pages. */
interface SyncStorage {
  read(into: Uint8Array, options: { at: number }): number;
  write(bytes: Uint8Array, options: { at: number }): number;
  close(): void;
}

interface SyncFileHandle {
  createSyncAccessHandle(): Promise<SyncStorage>;
}

export interface StreamedFileOptions {
  url: string;
  name: string;
  first: OpenedRange;
  remote: Remote;
}

/** Throws `fetch/no-room` where there is no such storage. */
export async function openStreamedFile(options: StreamedFileOptions): Promise<ByteSource> {
  const { first, name } = options;
  try {
    const folder = await (
      await navigator.storage.getDirectory()
    ).getDirectoryHandle(FOLDER, { create: true });
    await sweep(folder);
    const path = crypto.randomUUID();
    const file = (await folder.getFileHandle(path, { create: true })) as unknown as SyncFileHandle;
    return new StreamedFile(await file.createSyncAccessHandle(), options, () => folder.removeEntry(path));
  } catch (error) {
    await first.bytes.return();
    throw new LonghandError('fetch/no-room', { name, neededBytes: first.sizeBytes ?? 0 }, { cause: error });
  }
}

/** What a crash left behind; a file in use is locked by its worker and stays. */
async function sweep(folder: FileSystemDirectoryHandle): Promise<void> {
  for await (const path of folder.keys()) await folder.removeEntry(path).catch(() => undefined);
}

class StreamedFile implements ByteSource {
  readonly name: string;
  readonly pieceBytes = PIECE_BYTES;
  readonly blob = null;
  readonly url: string;
  sibling?: ByteSource['sibling'];
  #storage: SyncStorage;
  #remove: () => Promise<void>;
  #sizeBytes: number;
  #receivedBytes = 0;
  #ended = false;
  #failure: unknown = null;
  #closed = false;
  /** Reads that wait for bytes. */
  #wake = new Set<() => void>();
  #waiting = 0;

  constructor(
    storage: SyncStorage,
    { url, name, first, remote }: StreamedFileOptions,
    remove: () => Promise<void>,
  ) {
    this.#storage = storage;
    this.#remove = remove;
    this.name = name;
    this.url = url;
    this.#sizeBytes = first.sizeBytes ?? Infinity;
    void this.#receive(first, url, remote);
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  get waits(): boolean {
    return this.#waiting > 0;
  }

  async read(position: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const end = position + length;
    this.#waiting += 1;
    try {
      while (this.#receivedBytes < Math.min(end, this.#sizeBytes) && !this.#ended)
        await new Promise<void>((resolve) => this.#wake.add(resolve));
    } finally {
      this.#waiting -= 1;
    }
    if (this.#closed) throw new LonghandError('internal/closed', { what: 'connection' });
    if (this.#failure !== null && end > this.#receivedBytes) throw toLonghandError(this.#failure);
    const bytes = new Uint8Array(Math.max(0, Math.min(end, this.#receivedBytes) - position));
    this.#storage.read(bytes, { at: position });
    return bytes;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#end();
    this.#storage.close();
    void this.#remove().catch(() => undefined);
  }

  /** After a break the server sends all of it again, of which only the rest is kept. */
  async #receive(first: OpenedRange, url: string, remote: Remote): Promise<void> {
    let answer: OpenedRange | null = first;
    try {
      await remote.persist(url, this.name, async () => {
        const from: OpenedRange = answer ?? (await remote.open(url, this.#receivedBytes, null));
        answer = null;
        if (from.etag !== null && first.etag !== null && from.etag !== first.etag)
          throw new HostFailure('changed', 'another version of the file');
        for await (const bytes of from.bytes) {
          if (this.#closed) return;
          this.#keep(bytes);
          remote.count(bytes.length);
        }
        if (this.#receivedBytes < this.#sizeBytes && Number.isFinite(this.#sizeBytes))
          throw new HostFailure('broken', 'the answer ended early');
      });
      this.#sizeBytes = this.#receivedBytes;
    } catch (error) {
      this.#failure = error;
    }
    this.#end();
  }

  #keep(bytes: Uint8Array): void {
    let written: number;
    try {
      written = this.#storage.write(bytes, { at: this.#receivedBytes });
    } catch (error) {
      throw this.#noRoom(bytes.length, error);
    }
    if (written < bytes.length) throw this.#noRoom(bytes.length - written);
    this.#receivedBytes += bytes.length;
    this.#wakeAll();
  }

  #noRoom(lackingBytes: number, cause?: unknown): LonghandError {
    const total = Number.isFinite(this.#sizeBytes) ? this.#sizeBytes : this.#receivedBytes + lackingBytes;
    return new LonghandError('fetch/no-room', { name: this.name, neededBytes: total }, { cause });
  }

  #end(): void {
    this.#ended = true;
    this.#wakeAll();
  }

  #wakeAll(): void {
    const waiting = [...this.#wake];
    this.#wake.clear();
    for (const wake of waiting) wake();
  }
}
