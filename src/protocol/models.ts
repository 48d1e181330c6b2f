/** What the models worker offers. Types only. */
import type { ModelDownload } from '../models/download-model';
import type { ImportFile } from '../models/import/import-source';
import type { StorageRoom } from '../models/model-shelf';
import type { ModelTask } from '../models/model-task';
import type { WantedForm } from '../models/quantize/quantize-stored';
import type { StoredModel } from '../models/stored-model';

/** A download, import or quantization under way. It goes on whether or not it is asked about. */
export type ModelTaskHandle = ModelTask;

export interface ModelsWorker {
  /** Everything on disk, complete or not, the last used first. */
  list(): Promise<StoredModel[]>;
  /**
   * Closing the handle pauses: what has arrived is kept, and opening it again goes on. Where the hub has float32 only,
   * int8 is made of it afterwards.
   */
  openDownload(download: ModelDownload, signal: AbortSignal): ModelTaskHandle;
  /** A folder, several files, or one zip. Throws, by `next`, `models/incomplete` and `models/invalid`. */
  openImport(name: string, files: ImportFile[], signal: AbortSignal): ModelTaskHandle;
  /** Makes int8 or 4-bit weights of the stored float32 ones, beside them. */
  openQuantization(model: string, form: WantedForm, signal: AbortSignal): ModelTaskHandle;
  /** Compares every stored byte with its SHA-256 and mends what is damaged. */
  openCheck(model: string, signal: AbortSignal): ModelTaskHandle;
  /** Throws `models/in-use` while it is downloaded or read. */
  remove(model: string): Promise<void>;
  room(): Promise<StorageRoom>;
}
