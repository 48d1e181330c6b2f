/** Where speech comes from, as plain data that crosses threads. */
import { addressName } from '../lib/address';

/** A File keeps its bytes on disk: cloning it to a worker copies a handle, not the content. */
export interface FileSource {
  kind: 'file';
  file: File;
  /** Where the browser gave one: with it the file is found again after a restart. */
  handle?: FileSystemFileHandle;
  /** Files that came with it: segments of a playlist. */
  siblings?: readonly File[];
  /** Caption files that came with it. */
  sidecars?: readonly File[];
}

/** A media file or an HLS playlist behind an address, as a person gave it. */
export interface UrlSource {
  kind: 'url';
  url: string;
  /** Caption files that came with it. */
  sidecars?: readonly File[];
}

export type Source = FileSource | UrlSource;

export const sourceName = (source: Source): string =>
  source.kind === 'url' ? addressName(source.url) : source.file.name;
