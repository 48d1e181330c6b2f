/**
 * Folders seen as model repositories of a hub. In: owner/name and the folder behind it. Out: the hub's listing (sizes,
 * SHA-256 of large files) and single files. Nothing outside the folder can be reached.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** Files from here on are kept in large file storage, whose names are SHA-256; the hub does so from 10 MB. */
const LARGE_FILE_BYTES = 1_000_000;

export interface RepositoryFile {
  path: string;
  sizeBytes: number;
  /** Of large files SHA-256, of others what git names them by. */
  hash: string;
  large: boolean;
  open(fromByte: number, toByte: number): NodeJS.ReadableStream;
}

export class Repository {
  readonly #folder: string;
  readonly #files = new Map<string, RepositoryFile & { changed: number }>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  async list(): Promise<RepositoryFile[]> {
    const entries = await readdir(this.#folder, { recursive: true, withFileTypes: true });
    const paths = entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(this.#folder, join(entry.parentPath, entry.name)).split(sep).join('/'));
    const files = await Promise.all(paths.sort().map((path) => this.#describe(path)));
    return files;
  }

  async find(path: string): Promise<RepositoryFile | undefined> {
    return (await this.list()).find((file) => file.path === path);
  }

  async #describe(path: string): Promise<RepositoryFile> {
    const at = join(this.#folder, path);
    const { size, mtimeMs } = await stat(at);
    const known = this.#files.get(path);
    if (known?.changed === mtimeMs) return known;
    const large = size >= LARGE_FILE_BYTES || path.endsWith('.onnx');
    const file = {
      path,
      sizeBytes: size,
      large,
      changed: mtimeMs,
      hash: large ? await sha256(at) : await gitBlob(at),
      open: (fromByte: number, toByte: number) => createReadStream(at, { start: fromByte, end: toByte - 1 }),
    };
    this.#files.set(path, file);
    return file;
  }
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

async function gitBlob(path: string): Promise<string> {
  const content = await readFile(path);
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}
