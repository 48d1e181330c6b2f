/** Where speech comes from, as plain data that crosses threads. */

/** A File keeps its bytes on disk: cloning it to a worker copies a handle, not the content. */
export interface FileSource {
  kind: 'file';
  file: File;
  /** Where the browser gave one: with it the file is found again after a restart. */
  handle?: FileSystemFileHandle;
}

export type Source = FileSource;

export const sourceName = (source: Source): string => source.file.name;
