/**
 * Models on disk, over IndexedDB: a record per model, a record per file, and the file's bytes in pieces.
 * The one decision to know: a piece and the file record that counts it are written in one transaction, so that after
 * a crash a record never promises a piece that is not there. A piece on the way in or out is the most that is held.
 */
import { createStore, promisifyRequest, type UseStore } from 'idb-keyval';
import { LonghandError } from '../lib/errors';
import type { FileRecord, ModelRecord } from './stored-model';

export interface PieceStore {
  listModels(): Promise<ModelRecord[]>;
  loadModel(id: string): Promise<ModelRecord | null>;
  storeModel(model: ModelRecord): Promise<void>;
  /** With all its files. */
  removeModel(id: string): Promise<void>;

  listFiles(model: string): Promise<FileRecord[]>;
  loadFile(model: string, path: string): Promise<FileRecord | null>;
  storeFile(file: FileRecord): Promise<void>;
  removeFile(model: string, path: string): Promise<void>;

  loadPiece(file: FileRecord, index: number): Promise<Uint8Array<ArrayBuffer> | null>;
  /** The piece and the record in which it is counted. `bytes` may be reused as soon as this resolves. */
  storePiece(file: FileRecord, index: number, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
}

const DATABASE = 'longhand-models';

// `|` occurs in no hub name, and import names are made without it.
const modelKey = (id: string): string => `model:${id}`;
const fileKey = (model: string, path: string): string => `file:${model}|${path}`;
const pieceKey = (model: string, path: string, index: number): string =>
  `piece:${model}|${path}|${String(index).padStart(8, '0')}`;
const startingWith = (prefix: string): IDBKeyRange => IDBKeyRange.bound(prefix, `${prefix}\uffff`);

/**
 * Throws `models/quota-exceeded` (with the bytes of the failed write) and `store/unavailable` from every method.
 * `open`: for tests that make storage fail.
 */
export function openPieceStore(databaseName = DATABASE, open: typeof createStore = createStore): PieceStore {
  let opened: UseStore | null = null;
  const attempt = <T>(
    mode: IDBTransactionMode,
    run: (store: IDBObjectStore) => T | PromiseLike<T>,
  ): Promise<T> => (opened ??= open(databaseName, 'pieces'))(mode, run);
  const transaction = async <T>(
    mode: IDBTransactionMode,
    writing: { model: string; bytes: number } | null,
    run: (store: IDBObjectStore) => T | PromiseLike<T>,
  ): Promise<T> => {
    try {
      return await attempt(mode, run);
    } catch (error) {
      if (isQuotaError(error) || !(error instanceof DOMException)) throw storeError(error, writing);
      // A connection can be wedged by an earlier quota error (Firefox) or closed by the browser: open it once more.
      opened = null;
      try {
        return await attempt(mode, run);
      } catch (again) {
        throw storeError(again, writing);
      }
    }
  };
  const read = <T>(run: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> =>
    transaction('readonly', null, (store) => promisifyRequest(run(store)));
  /** Resolves when the transaction is complete, not when the request is. */
  const write = (model: string, bytes: number, run: (store: IDBObjectStore) => unknown): Promise<void> =>
    transaction('readwrite', { model, bytes }, (store) => {
      const done = promisifyRequest(store.transaction);
      run(store);
      return done;
    });

  return {
    listModels: () => read((store) => store.getAll(startingWith('model:')) as IDBRequest<ModelRecord[]>),
    loadModel: async (id) =>
      (await read((store) => store.get(modelKey(id)) as IDBRequest<ModelRecord | undefined>)) ?? null,
    storeModel: (model) => write(model.id, 1000, (store) => store.put(model, modelKey(model.id))),
    removeModel: (id) =>
      write(id, 0, (store) => {
        store.delete(modelKey(id));
        store.delete(startingWith(fileKey(id, '')));
        store.delete(startingWith(`piece:${id}|`));
      }),

    listFiles: (model) =>
      read((store) => store.getAll(startingWith(fileKey(model, ''))) as IDBRequest<FileRecord[]>),
    loadFile: async (model, path) =>
      (await read((store) => store.get(fileKey(model, path)) as IDBRequest<FileRecord | undefined>)) ?? null,
    storeFile: (file) => write(file.model, 1000, (store) => store.put(file, fileKey(file.model, file.path))),
    removeFile: (model, path) =>
      write(model, 0, (store) => {
        store.delete(fileKey(model, path));
        store.delete(startingWith(`piece:${model}|${path}|`));
      }),

    loadPiece: async ({ model, path }, index) => {
      const bytes = await read<unknown>((store) => store.get(pieceKey(model, path, index)));
      return bytes instanceof Uint8Array ? (bytes as Uint8Array<ArrayBuffer>) : null;
    },
    storePiece: (file, index, bytes) =>
      write(file.model, bytes.byteLength, (store) => {
        // A clone takes the whole buffer under a view.
        const piece = bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
        store.put(piece, pieceKey(file.model, file.path, index));
        store.put(file, fileKey(file.model, file.path));
      }),
  };
}

const isQuotaError = (error: unknown): boolean =>
  error instanceof DOMException && error.name === 'QuotaExceededError';

function storeError(error: unknown, writing: { model: string; bytes: number } | null): unknown {
  if (writing && isQuotaError(error)) {
    const values = { model: writing.model, neededBytes: writing.bytes, freeBytes: writing.bytes };
    return new LonghandError('models/quota-exceeded', values, { retryable: true, cause: error });
  }
  if (!(error instanceof DOMException)) return error;
  return new LonghandError(
    'store/unavailable',
    { detail: `${error.name}: ${error.message}` },
    { cause: error },
  );
}
