/**
 * Where a recording lies while it is made: raw 16-bit samples in the origin's private file system. No header, so that
 * the file is whole at any moment and its length follows from its size. Flushed every half second of sound; a killed
 * process loses only what was not written, a power failure what was not flushed.
 * One writer per file: the handle is exclusive, and a Web Lock of the same name says to other tabs that it is held.
 */
import { LonghandError } from '../../lib/errors';
import type { RecordingShape } from '../../protocol/recorder';
import type { RecordingFile } from './recorder';

export const RECORDINGS_FOLDER = 'recordings';
/** Two bytes a sample, little-endian, channels in turn. */
const SAMPLE_BYTES = 2;
const FLUSH_SECONDS = 0.5;

export const recordingFileName = (id: string): string => `${id}.pcm`;

export async function recordingsFolder(): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(RECORDINGS_FOLDER, { create: true });
}

/** Throws `store/unavailable`. */
export async function createRecordingFile(shape: RecordingShape): Promise<RecordingFile> {
  try {
    const folder = await recordingsFolder();
    const file = await folder.getFileHandle(recordingFileName(shape.id), { create: true });
    return new SampleFile(await file.createSyncAccessHandle(), shape);
  } catch (error) {
    throw new LonghandError('store/unavailable', { detail: String(error) }, { cause: error });
  }
}

class SampleFile implements RecordingFile {
  readonly frameBytes: number;
  #handle: FileSystemSyncAccessHandle;
  #size = 0;
  #flushed = 0;
  #flushBytes: number;
  #closed = false;

  constructor(handle: FileSystemSyncAccessHandle, { sampleRate, channels }: RecordingShape) {
    this.#handle = handle;
    this.frameBytes = channels * SAMPLE_BYTES;
    this.#flushBytes = FLUSH_SECONDS * sampleRate * this.frameBytes;
    handle.truncate(0);
  }

  get sizeBytes(): number {
    return this.#size;
  }

  append(samples: Int16Array<ArrayBuffer>): void {
    const written = this.#write(samples);
    if (written < samples.byteLength) {
      this.#handle.truncate(this.#size);
      throw new LonghandError('record/storage-full', { keptBytes: this.#size });
    }
    this.#size += written;
    if (this.#size - this.#flushed < this.#flushBytes) return;
    this.#handle.flush();
    this.#flushed = this.#size;
  }

  #write(samples: Int16Array<ArrayBuffer>): number {
    try {
      return this.#handle.write(samples, { at: this.#size });
    } catch (error) {
      if (error instanceof DOMException && error.name === 'QuotaExceededError') return 0;
      throw error;
    }
  }

  read(position: number, mostBytes: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(Math.max(0, Math.min(mostBytes, this.#size - position)));
    if (bytes.length > 0) this.#handle.read(bytes, { at: position });
    return bytes;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    try {
      this.#handle.flush();
    } finally {
      this.#handle.close();
    }
  }
}
