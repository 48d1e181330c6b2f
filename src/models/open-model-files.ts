/**
 * From a model's address to its files. In: `stored:OWNER/NAME` for a model on disk, or the address of a folder. Out:
 * what the engine reads. A stored model from a hub mends its damaged pieces from there.
 */
import { LonghandError } from '../lib/errors';
import type { ModelFiles } from '../speech/model-files';
import { createHttpModelFiles } from './http-model-files';
import { storedModelId } from './model-address';
import { openPieceStore, type PieceStore } from './piece-store';
import { createRepair } from './repair';
import { createStoredModelFiles } from './stored-model-files';

/** Throws `models/absent` for a stored model that is no longer there. */
export async function openModelFiles(url: string, store: PieceStore = openPieceStore()): Promise<ModelFiles> {
  const id = storedModelId(url);
  if (id === null) return createHttpModelFiles(url);
  const model = await store.loadModel(id);
  if (!model) throw new LonghandError('models/absent', { model: id });
  return createStoredModelFiles(store, id, createRepair(store, model));
}

/** A recording is written with it now. Nothing for one behind an address. */
export async function noteUse(url: string, store: PieceStore = openPieceStore()): Promise<void> {
  const id = storedModelId(url);
  const model = id === null ? null : await store.loadModel(id);
  if (model) await store.storeModel({ ...model, lastUsedAt: Date.now() });
}

/** What a stored model takes on disk, which is about what it takes in memory; null for one behind an address. */
export async function storedBytes(url: string, store: PieceStore = openPieceStore()): Promise<number | null> {
  const id = storedModelId(url);
  if (id === null) return null;
  const files = await store.listFiles(id);
  return files.reduce((sum, file) => sum + file.receivedBytes, 0);
}
