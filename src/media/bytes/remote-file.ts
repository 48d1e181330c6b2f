/**
 * A file behind an address. In: the address. Out: its bytes. The first request asks for the first piece only and tells
 * what kind of server this is: one that gives parts (`ranged-file.ts`) or only the whole (`streamed-file.ts`).
 */
import { addressName } from '../../lib/address';
import { askSize, HostFailure, type OpenedRange } from '../../lib/fetch-range';
import { fileBytes, type ByteSource } from './byte-source';
import { PIECE_BYTES, RangedFile } from './ranged-file';
import type { Remote } from './remote';
import { openStreamedFile } from './streamed-file';

const LARGEST_SEGMENT_BYTES = 16 * 1024 * 1024;

/** `main`: the recording itself, whose size is the total. Throws `fetch/...`. */
export async function openRemoteFile(
  address: string,
  remote: Remote,
  { main }: { main: boolean },
): Promise<ByteSource> {
  const name = addressName(address);
  const opened = await remote.persist(address, name, async () => {
    const first = await remote.open(address, 0, PIECE_BYTES);
    const url = first.url || address;
    if (main) remote.totalBytes = first.sizeBytes;
    if (first.ranged) {
      const piece = await readAll(first.bytes, remote);
      const sizeBytes = first.sizeBytes ?? (await askSize(url, remote.signal));
      if (main) remote.totalBytes = sizeBytes;
      if (sizeBytes !== null) {
        if (piece.length < Math.min(PIECE_BYTES, sizeBytes))
          throw new HostFailure('broken', 'the answer ended early');
        return { url, file: new RangedFile({ url, name, sizeBytes, first, remote }, piece) };
      }
      // Parts of nobody knows how much: then rather all of it.
      return { url, whole: await remote.open(address, 0, null) };
    }
    return { url, whole: first };
  });
  const { url } = opened;
  const bytes = 'file' in opened ? opened.file : await openWhole(opened.whole, { url, name, remote, main });
  bytes.sibling = (path) => openRemoteFile(new URL(path, url).href, remote, { main: false });
  return bytes;
}

/** A segment or a key is small and needed at once; anything else goes to storage as it comes. */
async function openWhole(
  first: OpenedRange,
  { url, name, remote, main }: { url: string; name: string; remote: Remote; main: boolean },
): Promise<ByteSource> {
  if (main || first.sizeBytes === null || first.sizeBytes > LARGEST_SEGMENT_BYTES)
    return openStreamedFile({ url, name, first, remote });
  let answer: OpenedRange | null = first;
  const pieces = await remote.persist(url, name, async () => {
    const from = answer ?? (await remote.open(url, 0, null));
    answer = null;
    return readAll(from.bytes, remote, LARGEST_SEGMENT_BYTES);
  });
  return { ...fileBytes(new Blob([pieces]), name), url };
}

async function readAll(
  pieces: OpenedRange['bytes'],
  remote: Remote,
  most = PIECE_BYTES,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(most);
  let length = 0;
  for await (const piece of pieces) {
    remote.count(piece.length);
    bytes.set(piece, length);
    length += piece.length;
  }
  return bytes.slice(0, length);
}
