/**
 * A stored model looked through byte by byte, and made good. In: its id. Out: the model, verified. What a host has is
 * fetched again, a damaged piece at a time; what was quantized here is taken away, to be made again from its source.
 */
import { LonghandError } from '../lib/errors';
import { withModelLock } from './model-lock';
import type { ModelStep } from './model-task';
import type { PieceStore } from './piece-store';
import { quantizeIfNeeded } from './quantize/quantize-stored';
import { createRepair } from './repair';
import { describeStoredModel, type FileRecord, type StoredModel } from './stored-model';
import { loadSound } from './stored-model-files';

/**
 * Throws `models/absent`; `models/corrupt` where there is no host to mend it from; what `runFileDownload` and
 * `runModelQuantization` throw while it is mended. The damaged files are then known as corrupt, and everything else is
 * as it was.
 */
export async function runModelCheck(
  id: string,
  store: PieceStore,
  onStep: (step: ModelStep) => void,
  options: { signal: AbortSignal },
): Promise<StoredModel> {
  const { model, taken } = await withModelLock(id, options.signal, () => mend(id, store, onStep, options));
  return taken ? quantizeIfNeeded(model, store, onStep, options) : model;
}

/** `taken`: something made here was damaged, and is gone. */
async function mend(
  id: string,
  store: PieceStore,
  onStep: (step: ModelStep) => void,
  options: { signal: AbortSignal },
): Promise<{ model: StoredModel; taken: boolean }> {
  let model = await store.loadModel(id);
  if (!model) throw new LonghandError('models/absent', { model: id });
  const files = (await store.listFiles(id)).filter(({ state }) => state !== 'partial');
  const sizeBytes = files.reduce((sum, file) => sum + file.receivedBytes, 0);
  let doneBytes = 0;
  const tell = (activity: ModelStep['activity'], file: string) =>
    onStep({ activity, file, doneBytes, sizeBytes, waiting: null });

  const damaged: { file: FileRecord; pieces: number[] }[] = [];
  for (const file of files) {
    const pieces: number[] = [];
    for (let index = 0; index < file.pieces.length; index++) {
      options.signal.throwIfAborted();
      if (!(await loadSound(store, file, index))) pieces.push(index);
      doneBytes += Math.min(file.pieceBytes, file.receivedBytes - index * file.pieceBytes);
      tell('checking', file.path);
    }
    const state = pieces.length > 0 ? 'corrupt' : 'verified';
    if (state === 'corrupt') damaged.push({ file, pieces });
    if (state !== file.state) await store.storeFile({ ...file, state });
  }

  const repair = createRepair(store, model);
  let taken = false;
  for (const { file, pieces } of damaged) {
    if (model.files.some(({ path, madeHere }) => madeHere && path === file.path)) {
      await store.removeFile(id, file.path);
      model = { ...model, files: model.files.filter(({ path }) => path !== file.path) };
      await store.storeModel(model);
      taken = true;
      continue;
    }
    if (!repair) throw new LonghandError('models/corrupt', { model: id, file: file.path });
    tell('downloading', file.path);
    await repair(file, pieces, options);
  }
  return { model: describeStoredModel(model, await store.listFiles(id)), taken };
}
