/**
 * Sources that outlive the page. In: a source. Out: plain data for the journal; and, after a restart, the source again.
 * The one decision to know: a file is reopened through its handle where the browser gave one, else from a copy in the
 * browser's own storage (`source-copies.ts`), and where there is neither its owner chooses it again.
 */
import { LonghandError } from '../lib/errors';
import { addressName } from '../lib/address';
import type { Source } from '../media/source';
import type { SourceRecord } from '../transcript/job-record';
import { openRecordingFile } from './recording/recording-files';
import { openCopy } from './source-copies';

export function recordSource(source: Source): SourceRecord {
  if (source.kind === 'url') return source;
  const { file, handle } = source;
  return handle
    ? { kind: 'handle', handle, name: file.name }
    : { kind: 'chosen', name: file.name, sizeBytes: file.size };
}

/**
 * Call it from a click: the browser may ask for permission. `chosen`: a file its owner has chosen again.
 * Throws `source/choose-again` where only that helps, `source/other-file` where it is not the same one, and
 * `source/refused` where permission was not given.
 */
export async function reopenSource(record: SourceRecord, chosen: File | null = null): Promise<Source> {
  switch (record.kind) {
    case 'handle':
      if (chosen) return { kind: 'file', file: chosen };
      return { kind: 'file', file: await readHandle(record.handle, record.name), handle: record.handle };
    case 'copy':
      return { kind: 'file', file: chosen ?? (await openCopy(record.path, record.name)) };
    case 'url':
      return chosen ? { kind: 'file', file: chosen } : record;
    case 'recording':
      return { kind: 'file', file: await openRecordingFile(record) };
    case 'chosen':
      if (!chosen) throw new LonghandError('source/choose-again', { name: record.name });
      if (record.sizeBytes > 0 && chosen.size !== record.sizeBytes)
        throw new LonghandError('source/other-file', {
          name: record.name,
          sizeBytes: record.sizeBytes,
          chosenBytes: chosen.size,
        });
      return { kind: 'file', file: chosen };
  }
}

/** Chromium alone has permissions of handles; elsewhere there are only handles of the browser's own storage. */
interface WithPermission {
  queryPermission?(descriptor: { mode: 'read' }): Promise<PermissionState>;
  requestPermission?(descriptor: { mode: 'read' }): Promise<PermissionState>;
}

async function readHandle(handle: FileSystemFileHandle, name: string): Promise<File> {
  const asked = handle as FileSystemFileHandle & WithPermission;
  const mode = { mode: 'read' } as const;
  const known = (await asked.queryPermission?.(mode)) ?? 'granted';
  // Without a click the browser refuses to ask.
  const permission =
    known === 'granted' ? known : await asked.requestPermission?.(mode).catch(() => 'denied');
  if (permission !== 'granted') throw new LonghandError('source/refused', { name });
  try {
    return await handle.getFile();
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotFoundError')
      throw new LonghandError('media/not-found', { name }, { cause: error });
    throw new LonghandError('media/unreadable', { name, detail: String(error) }, { cause: error });
  }
}

/** What a person calls it. */
export const nameOf = (source: Source): string =>
  source.kind === 'url' ? addressName(source.url) : source.file.name;

/** What the page can play. */
export const fileOf = (source: Source): File | null => (source.kind === 'file' ? source.file : null);
