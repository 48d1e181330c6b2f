/**
 * A model from a person's disk into the store. In: a name and files. Out: the model, verified and known to be one.
 * Nothing of it stays when anything is wrong: the record is written first, as partial, and taken away with the pieces.
 */
import { isLonghandError, LonghandError } from '../../lib/errors';
import { createStoredSource } from '../byte-source';
import { type Intake, openIntake, PIECE_BYTES } from '../intake';
import { chooseFiles, dtypeOrder, type ModelFileChoice } from '../model-layout';
import { withModelLock } from '../model-lock';
import type { ModelStep } from '../model-task';
import type { PieceStore } from '../piece-store';
import { describeStoredModel, type ModelRecord, type StoredModel } from '../stored-model';
import { createStoredModelFiles } from '../stored-model-files';
import { type ImportFile, type ImportSource, openImportSource } from './import-source';
import { validateModel } from './validate-model';

/** ONNX is protobuf, which ends at 2 GB; everything else of a model is small. */
const MOST_WEIGHT_BYTES = 2 ** 31;
const MOST_JSON_BYTES = 64 * 1024 * 1024;

export interface ImportOptions {
  signal: AbortSignal;
  pieceBytes?: number;
}

/** Throws `models/incomplete` (naming what is missing), `models/invalid`, `models/quota-exceeded`. */
export async function runModelImport(
  name: string,
  files: readonly ImportFile[],
  store: PieceStore,
  onStep: (step: ModelStep) => void,
  options: ImportOptions,
): Promise<StoredModel> {
  const source = await openImportSource(name, files);
  const chosen = chooseImported(name, source);
  const id = await freeId(name, store);
  return withModelLock(id, options.signal, async () => {
    const model: ModelRecord = {
      id,
      origin: { kind: 'import' },
      files: chosen,
      addedAt: Date.now(),
      lastUsedAt: Date.now(),
    };
    await store.storeModel(model);
    try {
      await takeIn(model, source, store, onStep, options);
      const records = await store.listFiles(id);
      const empty = chosen.find(({ path }) => !records.some((record) => record.path === path));
      if (empty) throw new LonghandError('models/invalid', { model: name, detail: `${empty.path} is empty` });
      const weights = records.filter(({ path }) => path.endsWith('.onnx'));
      await validateModel(
        {
          name,
          files: createStoredModelFiles(store, id),
          weights: new Map(weights.map((file) => [file.path, createStoredSource(store, file)])),
        },
        options,
      );
      const taken = {
        ...model,
        files: records.map(({ path, sizeBytes, sha256 }) => ({ path, sizeBytes, sha256 })),
      };
      await store.storeModel(taken);
      return describeStoredModel(taken, records);
    } catch (error) {
      await store.removeModel(id);
      throw isLonghandError(error, 'models/quota-exceeded') ? forImport(error, chosen) : error;
    }
  });
}

/** What either backend would take; a folder with every format there is must not fill the disk. */
function chooseImported(name: string, { entries }: ImportSource): ModelFileChoice['files'] {
  const choices = (['wasm', 'webgpu'] as const).map((backend) => chooseFiles(entries, dtypeOrder(backend)));
  const usable = choices.filter((choice) => 'files' in choice);
  const [first] = choices;
  if (usable.length === 0 && first && 'missing' in first) {
    throw new LonghandError('models/incomplete', { model: name, missing: first.missing });
  }
  const files = usable.flatMap((choice) => choice.files);
  return files.filter((file, index) => files.indexOf(file) === index);
}

async function takeIn(
  model: ModelRecord,
  source: ImportSource,
  store: PieceStore,
  onStep: (step: ModelStep) => void,
  { signal, pieceBytes = PIECE_BYTES }: ImportOptions,
): Promise<void> {
  const wanted = new Set(model.files.map(({ path }) => path));
  const sizeBytes = model.files.reduce((sum, file) => sum + (file.sizeBytes ?? 0), 0);
  let doneBytes = 0;
  let intake: Intake | null = null;
  for await (const { path, bytes } of source.parts(wanted)) {
    signal.throwIfAborted();
    if (intake?.record.path !== path) {
      await intake?.finish();
      // The size in a zip is its author's word: nothing is allocated by it.
      intake = await openIntake(store, model.id, { path, sizeBytes: null, sha256: null }, pieceBytes);
    }
    const most = path.endsWith('.onnx') ? MOST_WEIGHT_BYTES : MOST_JSON_BYTES;
    if (intake.receivedBytes + bytes.byteLength > most) {
      throw new LonghandError('models/invalid', {
        model: model.id,
        detail: `${path} is larger than ${most} bytes`,
      });
    }
    await intake.add(bytes);
    doneBytes += bytes.byteLength;
    onStep({ activity: 'importing', file: path, doneBytes, sizeBytes, waiting: null });
  }
  await intake?.finish();
}

/** `import/NAME`, in the characters of hub names, and not taken yet. */
async function freeId(name: string, store: PieceStore): Promise<string> {
  const plain = name
    .replace(/\.zip$/i, '')
    .replace(/[^\w.-]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '');
  const base = `import/${plain.slice(0, 80) || 'model'}`;
  for (let count = 1; ; count++) {
    const id = count === 1 ? base : `${base}-${count}`;
    if (!(await store.loadModel(id))) return id;
  }
}

/** Nothing is kept of an import, so all of it is needed. */
function forImport(
  error: LonghandError<'models/quota-exceeded'>,
  files: readonly { sizeBytes: number }[],
): LonghandError {
  const neededBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  return new LonghandError(
    error.code,
    { ...error.values, neededBytes },
    { retryable: true, cause: error.cause },
  );
}
