/**
 * A whole model from a hub into the store. In: its name, the backend it is for, the hosts. Out: every file verified,
 * and on the way how far it is. The one decision to know: one download per model at a time across all tabs, held by a
 * web lock; a second one waits and then finds everything there.
 */
import { isLonghandError, LonghandError } from '../lib/errors';
import { chooseModelFiles } from './choose-model-files';
import { runFileDownload } from './download-file';
import { openRange } from '../lib/fetch-range';
import { fileUrl, type HubFile, listingUrl, parseListing, type Repository } from './hub';
import { PIECE_BYTES } from './intake';
import type { ModelBackend } from './model-layout';
import { withModelLock } from './model-lock';
import type { ModelStep } from './model-task';
import type { PieceStore } from './piece-store';
import { describeStoredModel, type ModelRecord, type StoredModel } from './stored-model';
import { DEFAULT_PATIENCE, type Patience, tryHosts } from './try-hosts';

export interface ModelDownload extends Repository {
  backend: ModelBackend;
  /** Asked in order. */
  hosts: readonly string[];
}

export interface TransferOptions {
  pieceBytes?: number;
  patience?: Patience;
  /** Without a byte for this long a connection counts as broken. */
  stallSeconds?: number;
}

/**
 * Throws what `runFileDownload` throws, and `models/incomplete` for a repository that lacks files of the layout.
 * Aborting keeps what is stored; the next run goes on from there.
 */
export async function runModelDownload(
  download: ModelDownload,
  store: PieceStore,
  onStep: (step: ModelStep) => void,
  options: TransferOptions & { signal: AbortSignal },
): Promise<StoredModel> {
  const { signal } = options;
  return withModelLock(download.id, signal, async () => {
    const model = await openModelRecord(download, store, onStep, options);
    const received = new Map(
      (await store.listFiles(model.id)).map((file) => [file.path, file.receivedBytes]),
    );
    let step: ModelStep = {
      activity: 'downloading',
      file: null,
      doneBytes: 0,
      sizeBytes: totalBytes(model.files),
      waiting: null,
    };
    const tell = (change: Partial<ModelStep>) => {
      const doneBytes = model.files.reduce((sum, { path }) => sum + (received.get(path) ?? 0), 0);
      step = { ...step, doneBytes, waiting: null, ...change };
      onStep(step);
    };
    for (const file of model.files) {
      tell({ file: file.path });
      const fetched = runFileDownload(
        {
          model: model.id,
          file,
          hosts: download.hosts,
          urlAt: (host) => fileUrl(host, download, file.path),
          store,
          pieceBytes: options.pieceBytes ?? PIECE_BYTES,
          patience: options.patience ?? DEFAULT_PATIENCE,
          onBytes: (receivedBytes) => {
            received.set(file.path, receivedBytes);
            tell({});
          },
          onWait: (waiting) => tell({ waiting }),
        },
        { signal, stallSeconds: options.stallSeconds ?? STALL_SECONDS },
      );
      await fetched.catch(async (error: unknown) => {
        throw isLonghandError(error, 'models/quota-exceeded')
          ? await ofWholeModel(error, model, store)
          : error;
      });
    }
    return describeStoredModel(model, await store.listFiles(model.id));
  });
}

/** A full disk, with what the whole model still needs instead of what the failed write did. */
async function ofWholeModel(
  error: LonghandError<'models/quota-exceeded'>,
  model: ModelRecord,
  store: PieceStore,
): Promise<LonghandError> {
  const { storedBytes, sizeBytes } = describeStoredModel(model, await store.listFiles(model.id));
  if (sizeBytes === null) return error;
  const values = { ...error.values, neededBytes: sizeBytes - storedBytes };
  return new LonghandError(error.code, values, { retryable: true, cause: error.cause });
}

export const STALL_SECONDS = 30;

const totalBytes = (files: readonly { sizeBytes: number | null }[]): number | null =>
  files.reduce<number | null>(
    (sum, { sizeBytes }) => (sum === null || sizeBytes === null ? null : sum + sizeBytes),
    0,
  );

/**
 * The stored record if the files it names serve this backend, so that going on needs no list; what the hub has now
 * where they do not. Without a network full precision is enough: int8 is made of it here.
 */
async function openModelRecord(
  download: ModelDownload,
  store: PieceStore,
  onStep: (step: ModelStep) => void,
  options: TransferOptions & { signal: AbortSignal },
): Promise<ModelRecord> {
  const { id, revision } = download;
  const stored = await store.loadModel(id);
  const known = (stored?.files ?? []).map((file) => ({ ...file, sizeBytes: file.sizeBytes ?? 0 }));
  const usable = chooseModelFiles(id, known, download.backend);
  if (stored && 'files' in usable && !usable.quantize) return stored;

  let listed: HubFile[];
  try {
    listed = await listRepository(download, onStep, options);
  } catch (error) {
    if (stored && 'files' in usable && isLonghandError(error, 'models/offline')) return stored;
    throw error;
  }
  const chosen = chooseModelFiles(id, listed, download.backend);
  if ('missing' in chosen)
    throw new LonghandError('models/incomplete', { model: id, missing: chosen.missing });
  const paths = new Set(chosen.files.map(({ path }) => path));
  const model: ModelRecord = {
    id,
    origin: { kind: 'hub', revision, hosts: download.hosts },
    files: [...chosen.files, ...(stored?.files ?? []).filter(({ path }) => !paths.has(path))],
    addedAt: stored?.addedAt ?? Date.now(),
    lastUsedAt: stored?.lastUsedAt ?? Date.now(),
  };
  await store.storeModel(model);
  return model;
}

/** What a repository holds. Throws as `tryHosts` does. */
export function listRepository(
  { id, revision, hosts }: Repository & { hosts: readonly string[] },
  onStep: (step: ModelStep) => void,
  options: TransferOptions & { signal: AbortSignal },
): Promise<HubFile[]> {
  const fetchOptions = { signal: options.signal, stallSeconds: options.stallSeconds ?? STALL_SECONDS };
  return tryHosts(
    {
      model: id,
      file: 'list of files',
      hosts,
      patience: options.patience ?? DEFAULT_PATIENCE,
      signal: options.signal,
      progress: () => 0,
      sizeBytes: () => null,
      onWait: (waiting) =>
        onStep({ activity: 'listing', file: null, doneBytes: 0, sizeBytes: null, waiting }),
    },
    async (host) => {
      const { bytes } = await openRange(listingUrl(host, { id, revision }), 0, null, fetchOptions);
      return parseListing(await readJson(bytes));
    },
  );
}

/** More than any list of a repository. */
const MOST_LISTING_BYTES = 16 * 1024 * 1024;

async function readJson(bytes: AsyncGenerator<Uint8Array>): Promise<unknown> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const part of bytes) {
    text += decoder.decode(part, { stream: true });
    if (text.length > MOST_LISTING_BYTES) return null;
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
