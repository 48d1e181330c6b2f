/** The models on disk as a list, their room, and taking one away. */
import { LonghandError } from '../lib/errors';
import { ifModelIdle } from './model-lock';
import type { PieceStore } from './piece-store';
import { describeStoredModel, type ModelRecord, type StoredModel } from './stored-model';

export interface StorageRoom {
  /** By models. */
  usedBytes: number;
  /** What the browser estimates, which is not what it grants: to be shown, not trusted. Null where it says nothing. */
  estimatedFreeBytes: number | null;
  /** By all that this page keeps, transcripts and models; an estimate as well. */
  estimatedUsedBytes: number | null;
}

/** The last used first. Imports that ended with their tab are taken away: nobody can go on with them. */
export async function storedModels(store: PieceStore): Promise<StoredModel[]> {
  const models: StoredModel[] = [];
  for (const record of await store.listModels()) {
    const model = describeStoredModel(record, await store.listFiles(record.id));
    const abandoned = model.origin.kind === 'import' && model.state === 'partial';
    if (abandoned && (await removeIfIdle(record, store))) continue;
    models.push(model);
  }
  return models.sort((a, b) => b.lastUsedAt - a.lastUsedAt);
}

/** Throws `models/in-use` while the model is fetched, imported, quantized or read. */
export async function removeModel(id: string, store: PieceStore): Promise<void> {
  if (!(await removeIfIdle({ id }, store))) throw new LonghandError('models/in-use', { model: id });
}

async function removeIfIdle({ id }: Pick<ModelRecord, 'id'>, store: PieceStore): Promise<boolean> {
  const removed = await ifModelIdle(id, async () => {
    await store.removeModel(id);
    return true;
  });
  return removed ?? false;
}

export async function storageRoom(store: PieceStore): Promise<StorageRoom> {
  const sizes = (await storedModels(store)).map(({ storedBytes }) => storedBytes);
  const { quota, usage } = await navigator.storage.estimate();
  return {
    usedBytes: sizes.reduce((sum, bytes) => sum + bytes, 0),
    estimatedFreeBytes: quota === undefined || usage === undefined ? null : Math.max(0, quota - usage),
    estimatedUsedBytes: usage ?? null,
  };
}
