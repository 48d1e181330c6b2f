/**
 * A stored model gets smaller weights beside its float32 ones. In: a model that has them, and the form wanted. Out: the
 * model with two files more. Reading and writing go piece by piece, both files one after the other.
 */
import { LonghandError } from '../../lib/errors';
import { createStoredSource } from '../byte-source';
import { openIntake, PIECE_BYTES } from '../intake';
import { chooseFiles, decoderPath, type Dtype, dtypeOrder, encoderPath } from '../model-layout';
import { withModelLock } from '../model-lock';
import type { ModelStep } from '../model-task';
import type { PieceStore } from '../piece-store';
import { describeStoredModel, type FileRecord, type StoredModel, type WantedFile } from '../stored-model';
import { openQuantizedModel } from './quantize-model';
import type { QuantizedForm } from './weight-form';

/** `suited`: int8 of the kind that suits the size of the model. */
export type WantedForm = QuantizedForm | 'suited';

/**
 * Up to here the float32 weights, which `int8-weights` becomes in memory, are small enough: 100 million parameters. Such
 * models are unsure of many words, and quantized activations turn each of those into a toss (docs/decisions/0004);
 * larger ones are sure, and need the room.
 */
const MOST_FLOAT32_BYTES = 400_000_000;

const suitedForm = (float32: readonly (FileRecord | null)[]): QuantizedForm =>
  float32.reduce((sum, file) => sum + (file?.receivedBytes ?? 0), 0) <= MOST_FLOAT32_BYTES
    ? 'int8-weights'
    : 'int8';

const DTYPES: Record<QuantizedForm, Dtype> = { int8: 'int8', 'int8-weights': 'int8', q4: 'q4' };

/**
 * Throws `models/incomplete` where there are no float32 weights, `speech/model-invalid` and `models/invalid` for such
 * as cannot be read, `models/corrupt`, `models/quota-exceeded`. What was there before stays in every case.
 */
export async function runModelQuantization(
  id: string,
  wanted: WantedForm,
  store: PieceStore,
  onStep: (step: ModelStep) => void,
  { signal, pieceBytes = PIECE_BYTES }: { signal: AbortSignal; pieceBytes?: number },
): Promise<StoredModel> {
  return withModelLock(id, signal, async () => {
    const record = await store.loadModel(id);
    const sources = [encoderPath('fp32'), decoderPath('fp32')];
    const files = await Promise.all(sources.map((path) => store.loadFile(id, path)));
    const missing = sources.filter((_, index) => files[index]?.state !== 'verified');
    if (!record || missing.length > 0) throw new LonghandError('models/incomplete', { model: id, missing });

    const form = wanted === 'suited' ? suitedForm(files) : wanted;
    const paths = [encoderPath(DTYPES[form]), decoderPath(DTYPES[form])];
    const step: ModelStep = {
      activity: 'quantizing',
      file: null,
      doneBytes: 0,
      sizeBytes: null,
      waiting: null,
    };
    const made: WantedFile[] = [];
    for (const [index, file] of files.entries()) {
      const path = paths[index]!;
      const before = step.doneBytes;
      made.push(
        await quantizeFile(file!, path, form, store, { signal, pieceBytes }, (doneBytes, sizeBytes) => {
          // The decoder comes second and is about as large.
          Object.assign(step, { file: path, doneBytes: before + doneBytes, sizeBytes: before + sizeBytes });
          onStep({ ...step });
        }),
      );
    }
    const others = record.files.filter(({ path }) => !paths.includes(path));
    const model = { ...record, files: [...others, ...made] };
    await store.storeModel(model);
    return describeStoredModel(model, await store.listFiles(id));
  });
}

/** int8 of the kind that suits its size, where a model has float32 weights only. For WASM. */
export async function quantizeIfNeeded(
  model: StoredModel,
  store: PieceStore,
  onStep: (step: ModelStep) => void,
  options: { signal: AbortSignal },
): Promise<StoredModel> {
  const files = model.files.map((file) => ({ ...file, sizeBytes: file.sizeBytes ?? 0 }));
  const chosen = chooseFiles(files, dtypeOrder('wasm'));
  if (!('files' in chosen) || !chosen.quantize) return model;
  return runModelQuantization(model.id, 'suited', store, onStep, options);
}

async function quantizeFile(
  file: FileRecord,
  path: string,
  form: QuantizedForm,
  store: PieceStore,
  { signal, pieceBytes }: { signal: AbortSignal; pieceBytes: number },
  onBytes: (doneBytes: number, sizeBytes: number) => void,
): Promise<WantedFile> {
  const { model } = file;
  const quantized = await openQuantizedModel(model, createStoredSource(store, file), form);
  const wanted: WantedFile = { path, sizeBytes: quantized.sizeBytes, sha256: null, madeHere: true };
  await store.removeFile(model, path);
  try {
    const intake = await openIntake(store, model, wanted, pieceBytes);
    for await (const bytes of quantized.bytes(signal)) {
      await intake.add(bytes);
      onBytes(intake.receivedBytes, quantized.sizeBytes);
    }
    const record = await intake.finish();
    return { ...wanted, sha256: record?.sha256 ?? null };
  } catch (error) {
    await store.removeFile(model, path);
    throw error;
  }
}
