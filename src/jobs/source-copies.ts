/**
 * Copies of recordings in the browser's own storage (OPFS), for files that came without a handle: from an `<input>`, or
 * in a browser that has none. In: a file. Out: the path of its copy, once all of it is there; the copy is removed when
 * its job needs it no more.
 * The one decision to know: a copy counts only when the journal names it, so whatever else lies in the folder at start
 * is left over from a crash and is removed.
 */
import { LonghandError } from '../lib/errors';

const FOLDER = 'sources';

/** Names it after its job. Throws `store/quota-exceeded`; nothing of it is left then, nor after an abort. */
export async function copySource(id: string, file: File, signal: AbortSignal): Promise<string> {
  const folder = await copiesFolder();
  const handle = await folder.getFileHandle(id, { create: true });
  try {
    // What is written becomes the file's content only when the stream is closed: all of it or nothing.
    await file.stream().pipeTo(await handle.createWritable(), { signal });
  } catch (error) {
    await folder.removeEntry(id).catch(() => undefined);
    signal.throwIfAborted();
    if (error instanceof DOMException && error.name === 'QuotaExceededError')
      throw new LonghandError('store/quota-exceeded', { neededBytes: file.size }, { cause: error });
    throw new LonghandError('store/unavailable', { detail: String(error) }, { cause: error });
  }
  return id;
}

/** Throws `source/choose-again` where the browser has cleared it away. */
export async function openCopy(path: string, name: string): Promise<File> {
  try {
    const handle = await (await copiesFolder()).getFileHandle(path);
    const copy = await handle.getFile();
    return new File([copy], name, { type: copy.type, lastModified: copy.lastModified });
  } catch (error) {
    throw new LonghandError('source/choose-again', { name }, { cause: error });
  }
}

/** Harmless where there is none. */
export async function removeCopy(id: string): Promise<void> {
  await copiesFolder()
    .then((folder) => folder.removeEntry(id))
    .catch(() => undefined);
}

/** Removes all copies but those named. Harmless where there is no such storage. */
export async function sweepCopies(keep: ReadonlySet<string>): Promise<void> {
  try {
    const folder = await copiesFolder();
    for await (const name of folder.keys()) {
      // A copy being written is locked by its tab and stays.
      if (!keep.has(name)) await folder.removeEntry(name).catch(() => undefined);
    }
  } catch {
    // No storage, no copies.
  }
}

async function copiesFolder(): Promise<FileSystemDirectoryHandle> {
  return (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true });
}
