/** What the models worker offers. Types only. */
import type { ModelDownload } from '../models/download-model';
import type { StoredModel } from '../models/stored-model';

export interface ModelProgress {
  /** What is being done. */
  activity: 'listing' | 'downloading' | 'importing' | 'quantizing';
  /** Under way now; null between files. */
  file: string | null;
  doneBytes: number;
  /** Null while unknown. */
  sizeBytes: number | null;
  bytesPerSecond: number | null;
  secondsLeft: number | null;
  /** Why nothing moves: asked again after so many seconds. */
  waiting: { host: string; seconds: number; answer: string } | null;
  /** The model once all is done; null before. */
  model: StoredModel | null;
}

/** A download, import or quantization under way. It goes on whether or not it is asked about. */
export interface ModelTaskHandle {
  /** The newest progress not given before; the last has `model`. Throws `models/…`, `store/…`. One call at a time. */
  next(): Promise<ModelProgress>;
  /** Stops it where it is. What has arrived of a download is kept: opening it again goes on. Harmless at the end. */
  close(): Promise<void>;
}

/** A file that a person chose or dropped; `path` with the folders, where the browser knows them. */
export interface ImportFile {
  path: string;
  file: File;
}

export interface StorageRoom {
  usedBytes: number;
  /** What the browser estimates, which is not what it grants: to be shown, not trusted. Null where it says nothing. */
  estimatedFreeBytes: number | null;
}

export interface ModelsWorker {
  /** Everything on disk, complete or not, the last used first. */
  list(): Promise<StoredModel[]>;
  openDownload(download: ModelDownload, signal: AbortSignal): Promise<ModelTaskHandle>;
  /** A folder, several files, or one zip. Throws, by `next`, `models/incomplete` and `models/invalid`. */
  openImport(name: string, files: ImportFile[], signal: AbortSignal): Promise<ModelTaskHandle>;
  /** Makes int8 (or 4-bit) weights of the stored fp32 ones, beside them. */
  openQuantization(model: string, form: 'int8' | 'q4', signal: AbortSignal): Promise<ModelTaskHandle>;
  /** Throws `models/in-use` while it is downloaded or read. */
  remove(model: string): Promise<void>;
  room(): Promise<StorageRoom>;
}
