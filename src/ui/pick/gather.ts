/**
 * What was dropped or chosen, as recordings. In: a drop, with files and folders in it. Out: sources, with a handle where
 * the browser gives one, so that they are found again after a restart; and how many files of folders were passed over.
 * The one decision to know: what is dropped itself is always taken, and says in its place when it is no recording; of
 * folders only files that look like recordings are, because nobody means the pictures and notes beside them.
 */
import { isCaptionName } from '../../jobs/sidecars';
import type { FileSource } from '../../media/source';
import { toSources } from './to-sources';

export interface Gathered {
  sources: FileSource[];
  /** Files of folders that are no recordings. */
  passedOver: number;
}

const ENDINGS =
  /\.(aac|aif|aiff|amr|caf|flac|m4a|m4b|m4v|m3u8?|mka|mkv|mov|mp1|mp2|mp3|mp4|mpg|mpeg|oga|ogg|ogv|opus|3gp|ts|m2ts|mts|wav|wave|weba|webm|wma|wmv|avi|ac3)$/i;

export const looksLikeRecording = ({ name, type }: Pick<File, 'name' | 'type'>): boolean =>
  !name.startsWith('.') && (/^(audio|video)\//.test(type) || ENDINGS.test(name));

/** Call it in the drop event itself: the list is emptied when that is over. */
export function gatherDrop(items: DataTransferItemList): Promise<Gathered> {
  const roots = [...items].filter(({ kind }) => kind === 'file').map(rootOf);
  return gather(roots);
}

/** Files of an `<input>`; of a folder chosen there only recordings. */
export function gatherFiles(files: readonly File[]): Gathered {
  return joined(
    byPath(files).map((file) => ({
      source: { kind: 'file', file },
      inside: file.webkitRelativePath !== '',
    })),
  );
}

/** One file, and whether it was only in a folder. */
interface Found {
  source: FileSource;
  inside: boolean;
}

/** Captions of a folder that belong to none of its recordings are passed over too. */
function joined(found: readonly Found[]): Gathered {
  const wanted = found.filter(
    ({ source: { file }, inside }) => !inside || looksLikeRecording(file) || isCaptionName(file.name),
  );
  const inside = new Set(wanted.flatMap((each) => (each.inside ? [each.source.file] : [])));
  const sources = toSources(wanted.map(({ source }) => source));
  const taken = sources.filter(({ file }) => !inside.has(file) || !isCaptionName(file.name));
  return { sources: taken, passedOver: found.length - wanted.length + sources.length - taken.length };
}

const byPath = (files: readonly File[]): File[] =>
  files.some((file) => file.webkitRelativePath !== '')
    ? files.toSorted((a, b) => compareNames(a.webkitRelativePath, b.webkitRelativePath))
    : [...files];

/** `9.wav` before `10.wav`, as people number them. */
const compareNames = new Intl.Collator('en', { numeric: true }).compare;

/** Something dropped; `children` null for a file. */
interface Node {
  name: string;
  source: () => Promise<FileSource>;
  children: (() => Promise<Node[]>) | null;
}

/** Chromium has it since 86; the others know entries only. */
interface WithHandle {
  getAsFileSystemHandle?(): Promise<FileSystemHandle | null>;
}

function rootOf(item: DataTransferItem): Promise<Node | null> {
  const file = item.getAsFile();
  const entry = item.webkitGetAsEntry();
  const asking = (item as DataTransferItem & WithHandle).getAsFileSystemHandle?.();
  const without = entry ? nodeOfEntry(entry, file) : file && nodeOfFile(file);
  return asking
    ? asking.then(
        (handle) => (handle ? nodeOfHandle(handle) : without),
        () => without,
      )
    : Promise.resolve(without);
}

const nodeOfFile = (file: File): Node => ({
  name: file.name,
  source: () => Promise.resolve({ kind: 'file', file }),
  children: null,
});

function nodeOfHandle(handle: FileSystemHandle): Node {
  return {
    name: handle.name,
    source: async () => {
      const own = handle as FileSystemFileHandle;
      return { kind: 'file', file: await own.getFile(), handle: own };
    },
    children:
      handle.kind === 'directory'
        ? async () => {
            const nodes: Node[] = [];
            for await (const child of (handle as FileSystemDirectoryHandle).values())
              nodes.push(nodeOfHandle(child));
            return nodes;
          }
        : null,
  };
}

function nodeOfEntry(entry: FileSystemEntry, file: File | null): Node {
  return {
    name: entry.name,
    source: async () => {
      const own = entry as FileSystemFileEntry;
      return {
        kind: 'file',
        file: file ?? (await new Promise<File>((resolve, reject) => own.file(resolve, reject))),
      };
    },
    children: entry.isDirectory ? () => childrenOf((entry as FileSystemDirectoryEntry).createReader()) : null,
  };
}

/** A reader gives at most a hundred entries at a time, and none at the end. */
async function childrenOf(reader: FileSystemDirectoryReader): Promise<Node[]> {
  const nodes: Node[] = [];
  for (;;) {
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (entries.length === 0) return nodes;
    nodes.push(...entries.map((entry) => nodeOfEntry(entry, null)));
  }
}

async function gather(roots: readonly Promise<Node | null>[]): Promise<Gathered> {
  const found: Found[] = [];
  for (const node of await Promise.all(roots)) if (node) await find(node, found, false);
  return joined(found);
}

async function find(node: Node, found: Found[], inside: boolean): Promise<void> {
  if (node.children) {
    const children = await node.children();
    children.sort((a, b) => compareNames(a.name, b.name));
    for (const child of children) await find(child, found, true);
    return;
  }
  found.push({ source: await node.source(), inside });
}
