/**
 * Files that a person gave as a model: a folder, several files, or one zip. In: browser files with their paths. Out:
 * which of the layout's files are among them, and their bytes in order, part by part.
 * The one decision to know: files are known by their own name, whatever folders they lie in, since people choose the
 * folder above, or the files alone.
 */
import { Unzip, UnzipInflate } from 'fflate';
import { LonghandError } from '../../lib/errors';
import type { HubFile } from '../hub';
import { OPTIONAL_FILES, REQUIRED_FILES } from '../model-layout';

/** A file that a person chose or dropped; `path` with the folders, where the browser knows them. */
export interface ImportFile {
  path: string;
  file: Blob;
}

export interface ImportSource {
  /** Files of the layout, by their paths there. */
  entries: HubFile[];
  /** Parts of the wanted files, file after file. */
  parts(wanted: ReadonlySet<string>): AsyncGenerator<{ path: string; bytes: Uint8Array }, void>;
}

/** Throws `models/invalid`: several models in one, or a zip that cannot be read. */
export async function openImportSource(name: string, files: readonly ImportFile[]): Promise<ImportSource> {
  const [only] = files;
  const source =
    files.length === 1 && only?.path.toLowerCase().endsWith('.zip')
      ? await openZip(name, only.file)
      : openFiles(files);
  const paths = source.entries.map(({ path }) => path);
  const twice = paths.find((path, index) => paths.indexOf(path) !== index);
  if (twice)
    throw new LonghandError('models/invalid', { model: name, detail: `there are two files ${twice}` });
  return source;
}

const WEIGHTS = /^(encoder_model|decoder_model_merged)(_\w+)?\.onnx(_data)?$/;

/** Where a file belongs in the layout; null for one that does not. */
function layoutPath(path: string): string | null {
  const file = path.split(/[\\/]/).at(-1) ?? '';
  // Archives made on a Mac hold a shadow of each file.
  if (file.startsWith('._')) return null;
  if (REQUIRED_FILES.includes(file) || OPTIONAL_FILES.includes(file)) return file;
  return WEIGHTS.test(file) ? `onnx/${file}` : null;
}

function openFiles(files: readonly ImportFile[]): ImportSource {
  const placed = files.flatMap(({ path, file }) => {
    const at = layoutPath(path);
    return at === null ? [] : [{ at, file }];
  });
  return {
    entries: placed.map(({ at, file }) => ({ path: at, sizeBytes: file.size, sha256: null })),
    async *parts(wanted) {
      for (const { at, file } of placed) {
        if (!wanted.has(at)) continue;
        for await (const bytes of file.stream()) yield { path: at, bytes };
      }
    },
  };
}

/** Read twice: once for the names, once for the bytes, since only the second reading knows which files are wanted. */
async function openZip(name: string, zip: Blob): Promise<ImportSource> {
  const entries: HubFile[] = [];
  for await (const entry of unzip(name, zip, () => false)) {
    entries.push({ path: entry.path, sizeBytes: entry.sizeBytes, sha256: null });
  }
  return {
    entries,
    async *parts(wanted) {
      for await (const { path, bytes } of unzip(name, zip, (path) => wanted.has(path))) {
        if (bytes) yield { path, bytes };
      }
    },
  };
}

interface Unzipped {
  path: string;
  sizeBytes: number;
  /** Null for the announcement of the file. */
  bytes: Uint8Array | null;
}

/** Compressed bytes given to the decoder at a time; what comes out of them is at most about a thousand times as much. */
const STEP_BYTES = 16 * 1024;

async function* unzip(
  name: string,
  zip: Blob,
  wants: (path: string) => boolean,
): AsyncGenerator<Unzipped, void> {
  let ready: Unzipped[] = [];
  let failure: Error | null = null as Error | null;
  const decoder = new Unzip((file) => {
    const path = layoutPath(file.name);
    if (path === null) return;
    const sizeBytes = file.originalSize ?? 0;
    ready.push({ path, sizeBytes, bytes: null });
    if (!wants(path)) return;
    file.ondata = (error, bytes) => {
      if (error) failure = error;
      else if (bytes.byteLength > 0) ready.push({ path, sizeBytes, bytes });
    };
    file.start();
  });
  decoder.register(UnzipInflate);
  try {
    for await (const chunk of zip.stream()) {
      for (let at = 0; at < chunk.byteLength; at += STEP_BYTES) {
        decoder.push(chunk.subarray(at, at + STEP_BYTES));
        if (failure) throw failure;
        const unzipped = ready;
        ready = [];
        yield* unzipped;
      }
    }
    decoder.push(new Uint8Array(), true);
  } catch (cause) {
    if (cause instanceof LonghandError) throw cause;
    const detail = `The zip cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new LonghandError('models/invalid', { model: name, detail }, { cause });
  }
  yield* ready;
}
