/**
 * Models on disk as folders in hub layout, behind the same interface as the browser's store. In: a folder for all
 * models. Out: OWNER/NAME/onnx/…, which `transcribe --model` takes. The one decision to know: a file that is not
 * verified yet is named `….part`, so that nothing takes it for whole; what is known of the files lies beside them.
 */
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PieceStore } from '../../src/models/piece-store';
import type { FileRecord, ModelRecord } from '../../src/models/stored-model';

const RECORDS = '.longhand.json';

interface Records {
  model: ModelRecord | null;
  files: Record<string, FileRecord>;
}

export function openFolderStore(folder: string): PieceStore {
  const modelFolder = (id: string): string => join(folder, ...id.split('/'));
  const place = (file: Pick<FileRecord, 'model' | 'path' | 'state'>): string =>
    join(modelFolder(file.model), `${file.path}${file.state === 'partial' ? '.part' : ''}`);
  const readRecords = async (id: string): Promise<Records> => {
    const text = await readFile(join(modelFolder(id), RECORDS), 'utf8').catch(() => null);
    return text === null ? { model: null, files: {} } : (JSON.parse(text, reviveBytes) as Records);
  };
  /** Whole or not at all: a rename replaces the former file in one step. */
  const writeRecords = async (id: string, change: (records: Records) => void): Promise<void> => {
    const records = await readRecords(id);
    change(records);
    const path = join(modelFolder(id), RECORDS);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(`${path}.new`, JSON.stringify(records, bytesToJson, 1));
    await rename(`${path}.new`, path);
  };
  const storeFile = async (file: FileRecord): Promise<void> => {
    const before = (await readRecords(file.model)).files[file.path];
    const wasPartial = before?.state ?? 'partial';
    if (wasPartial === 'partial' && file.state !== 'partial') {
      await rename(place({ ...file, state: 'partial' }), place(file));
    }
    await writeRecords(file.model, (records) => (records.files[file.path] = file));
  };

  return {
    async listModels() {
      const records = (await modelIds(folder)).map(async (id) => (await readRecords(id)).model);
      return (await Promise.all(records)).filter((model) => model !== null);
    },
    loadModel: async (id) => (await readRecords(id)).model,
    storeModel: (model) => writeRecords(model.id, (records) => (records.model = model)),
    removeModel: (id) => rm(modelFolder(id), { recursive: true, force: true }),

    listFiles: async (id) => Object.values((await readRecords(id)).files),
    loadFile: async (id, path) => (await readRecords(id)).files[path] ?? null,
    storeFile,
    async removeFile(model, path) {
      for (const state of ['partial', 'verified'] as const)
        await rm(place({ model, path, state }), { force: true });
      await writeRecords(model, (records) => {
        records.files = Object.fromEntries(Object.entries(records.files).filter(([key]) => key !== path));
      });
    },

    async loadPiece(file, index) {
      const start = index * file.pieceBytes;
      const bytes = new Uint8Array(Math.min(file.pieceBytes, file.receivedBytes - start));
      const opened = await open(place(file)).catch(() => null);
      if (!opened) return null;
      try {
        const { bytesRead } = await opened.read(bytes, 0, bytes.byteLength, start);
        return bytesRead === bytes.byteLength ? bytes : null;
      } finally {
        await opened.close();
      }
    },
    async storePiece(file, index, bytes) {
      const before = (await readRecords(file.model)).files[file.path];
      const path = place({ ...file, state: before?.state ?? 'partial' });
      await mkdir(dirname(path), { recursive: true });
      const opened = await open(path, before ? 'r+' : 'w');
      try {
        await opened.write(bytes, 0, bytes.byteLength, index * file.pieceBytes);
        await opened.sync();
      } finally {
        await opened.close();
      }
      await storeFile(file);
    },
  };
}

async function modelIds(folder: string): Promise<string[]> {
  const folders = async (path: string): Promise<string[]> => {
    const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  };
  const ids: string[] = [];
  for (const owner of await folders(folder)) {
    for (const name of await folders(join(folder, owner))) ids.push(`${owner}/${name}`);
  }
  return ids;
}

/** JSON has no bytes: the state of a running hash goes as base64. */
const bytesToJson = (_key: string, value: unknown): unknown =>
  value instanceof Uint8Array ? { base64: Buffer.from(value).toString('base64') } : value;

function reviveBytes(_key: string, value: unknown): unknown {
  const base64 = (value as { base64?: unknown } | null)?.base64;
  return typeof base64 === 'string' ? new Uint8Array(Buffer.from(base64, 'base64')) : value;
}
