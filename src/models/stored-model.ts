/**
 * What is known of a model on disk: which files it consists of, and how far each has come. Plain records, as they lie
 * in IndexedDB beside the pieces. A file without a record is absent.
 */
export type FileState = 'partial' | 'verified' | 'corrupt';

export interface FileRecord {
  model: string;
  /** As on the hub: `onnx/encoder_model_quantized.onnx`. */
  path: string;
  state: FileState;
  /** Null until a host has said it or the end has come. */
  sizeBytes: number | null;
  /** Of the whole file: what the publisher lists, or what was computed on the way in. Null while neither is known. */
  sha256: string | null;
  /** As the host gave it, to notice that the file has changed there. */
  etag: string | null;
  /** All pieces but the last have this size. */
  pieceBytes: number;
  /** SHA-256 of each stored piece, in order. */
  pieces: readonly string[];
  /** Bytes in these pieces. */
  receivedBytes: number;
  /** Hash of the file so far, to go on from; null once verified. */
  runningHash: Uint8Array | null;
}

/** A file that belongs to a model, stored or not. */
export interface WantedFile {
  path: string;
  sizeBytes: number | null;
  sha256: string | null;
  /** Quantized from another file: no host has it. */
  madeHere?: boolean;
}

/** `hosts`: where a damaged piece can be had again. */
export type ModelOrigin = { kind: 'hub'; revision: string; hosts: readonly string[] } | { kind: 'import' };

export interface ModelRecord {
  /** `owner/name` as on the hub; imported ones `import/name`. */
  id: string;
  origin: ModelOrigin;
  files: readonly WantedFile[];
  /** Milliseconds since 1970. */
  addedAt: number;
  lastUsedAt: number;
}

/** A model as the model list shows it. */
export interface StoredModel extends ModelRecord {
  state: FileState;
  /** On disk. */
  storedBytes: number;
  /** When complete; null while a size is unknown. */
  sizeBytes: number | null;
}

/** Joins a model's record with those of its files. */
export function describeStoredModel(model: ModelRecord, files: readonly FileRecord[]): StoredModel {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const sizes = model.files.map(({ path, sizeBytes }) => byPath.get(path)?.sizeBytes ?? sizeBytes);
  const verified = model.files.every(({ path }) => byPath.get(path)?.state === 'verified');
  const corrupt = files.some(({ state }) => state === 'corrupt');
  return {
    ...model,
    state: corrupt ? 'corrupt' : verified ? 'verified' : 'partial',
    storedBytes: files.reduce((sum, file) => sum + file.receivedBytes, 0),
    sizeBytes: sizes.reduce<number | null>(
      (sum, size) => (sum === null || size === null ? null : sum + size),
      0,
    ),
  };
}
