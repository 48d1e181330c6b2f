/**
 * The samples of recordings, as the page sees them. In: a record. Out: a WAV file that lies on disk and was never
 * copied, for the player, for ordinary jobs and for saving.
 */
import { LonghandError } from '../../lib/errors';
import type { RecordingRecord } from '../../transcript/job-record';
import { waveHeader } from './wave-header';

const FOLDER = 'recordings';
const EXTENSION = '.pcm';
const SAMPLE_BYTES = 2;

const folder = async (): Promise<FileSystemDirectoryHandle> =>
  (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true });

/** Throws `record/nothing-kept`. */
export async function openRecordingFile(recording: RecordingRecord): Promise<File> {
  const { id, name, sampleRate, channels } = recording;
  const file = await openFile(`${id}${EXTENSION}`);
  const frameBytes = channels.length * SAMPLE_BYTES;
  const dataBytes = file ? file.size - (file.size % frameBytes) : 0;
  if (!file || dataBytes === 0) throw new LonghandError('record/nothing-kept', { name });
  const header = waveHeader(sampleRate, channels.length, dataBytes);
  return new File([header, file.slice(0, dataBytes)], `${name}.wav`, { type: 'audio/wav' });
}

/** 0 where nothing is left. */
export async function recordedSeconds({ id, sampleRate, channels }: RecordingRecord): Promise<number> {
  const file = await openFile(`${id}${EXTENSION}`);
  return (file?.size ?? 0) / (channels.length * SAMPLE_BYTES) / sampleRate;
}

/** A file that the recorder worker made beside a recording. */
export async function openEncoded(name: string, title: string, type: string): Promise<File> {
  const file = await openFile(name);
  if (!file) throw new LonghandError('record/nothing-kept', { name: title });
  return new File([file], title, { type });
}

/** Harmless where there are none. */
export async function removeRecordingFiles(id: string): Promise<void> {
  const files = await folder().catch(() => null);
  if (!files) return;
  for await (const name of files.keys()) {
    if (name.startsWith(`${id}.`)) await files.removeEntry(name);
  }
}

/** Files that no record names: of a recording that was removed while the page died. */
export async function sweepRecordingFiles(known: ReadonlySet<string>): Promise<void> {
  const files = await folder().catch(() => null);
  if (!files) return;
  for await (const name of files.keys()) {
    // One that is being written is not ours to remove, and cannot be.
    if (!known.has(name.slice(0, name.lastIndexOf('.'))))
      await files.removeEntry(name).catch(() => undefined);
  }
}

async function openFile(name: string): Promise<File | null> {
  try {
    return await (await (await folder()).getFileHandle(name)).getFile();
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotFoundError') return null;
    throw error;
  }
}
