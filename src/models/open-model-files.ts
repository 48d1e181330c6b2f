/**
 * From a model's address to its files. In: `stored:OWNER/NAME` for a model on disk, or the address of a folder. Out:
 * what the engine reads. A stored model from a hub mends its damaged pieces from there.
 */
import { LonghandError } from '../lib/errors';
import type { ModelFiles } from '../speech/model-files';
import { fileUrl } from './hub';
import { createHttpModelFiles } from './http-model-files';
import { STALL_SECONDS } from './download-model';
import { storedModelId } from './model-address';
import { openPieceStore, type PieceStore } from './piece-store';
import { runRepair } from './repair';
import type { ModelRecord } from './stored-model';
import { createStoredModelFiles, type Repair } from './stored-model-files';
import { DEFAULT_PATIENCE } from './try-hosts';

/** Throws `models/absent` for a stored model that is no longer there. */
export async function openModelFiles(url: string, store: PieceStore = openPieceStore()): Promise<ModelFiles> {
  const id = storedModelId(url);
  if (id === null) return createHttpModelFiles(url);
  const model = await store.loadModel(id);
  if (!model) throw new LonghandError('models/absent', { model: id });
  await store.storeModel({ ...model, lastUsedAt: Date.now() });
  return createStoredModelFiles(store, id, createRepair(store, model));
}

/** What a stored model takes on disk, which is about what it takes in memory; null for one behind an address. */
export async function storedBytes(url: string, store: PieceStore = openPieceStore()): Promise<number | null> {
  const id = storedModelId(url);
  if (id === null) return null;
  const files = await store.listFiles(id);
  return files.reduce((sum, file) => sum + file.receivedBytes, 0);
}

/** Null for models that came from disk; a file made here has to be made again. */
function createRepair(store: PieceStore, model: ModelRecord): Repair | null {
  const { origin } = model;
  if (origin.kind !== 'hub') return null;
  const repository = { id: model.id, revision: origin.revision };
  return (file, pieces, { signal }) => {
    const wanted = model.files.find(({ path }) => path === file.path);
    if (wanted?.madeHere) throw new LonghandError('models/corrupt', { model: model.id, file: file.path });
    const download = {
      model: model.id,
      file: wanted ?? { path: file.path, sizeBytes: null, sha256: null },
      hosts: origin.hosts,
      urlAt: (host: string) => fileUrl(host, repository, file.path),
      store,
      pieceBytes: file.pieceBytes,
      patience: DEFAULT_PATIENCE,
      onBytes: () => undefined,
    };
    return runRepair(file, pieces, download, { signal, stallSeconds: STALL_SECONDS });
  };
}
