/** Files made of chunks (RIFF, AIFF): a name of four letters, a size, and so many bytes, padded to an even number. */

import { viewOf, type ByteSource } from './bytes/byte-source';

export interface FileChunk {
  id: string;
  /** Position of its content. */
  start: number;
  /** As the file says, which may be more than there is. */
  sizeBytes: number;
  /** Its first `mostBytes`. */
  read(mostBytes: number): Promise<DataView>;
}

/** More chunks than any sound file has: a file of empty ones must not keep us busy. */
const MOST_CHUNKS = 10_000;

export async function* walkChunks(
  file: ByteSource,
  from: number,
  littleEndian: boolean,
): AsyncGenerator<FileChunk> {
  let at = from;
  for (let count = 0; count < MOST_CHUNKS && at + 8 <= file.sizeBytes; count++) {
    const header = await viewOf(file, at, 8);
    if (header.byteLength < 8) return;
    const sizeBytes = header.getUint32(4, littleEndian);
    const start = at + 8;
    yield {
      id: String.fromCharCode(...new Uint8Array(header.buffer, header.byteOffset, 4)),
      start,
      sizeBytes,
      read: (mostBytes) => viewOf(file, start, Math.min(mostBytes, sizeBytes)),
    };
    at = start + sizeBytes + (sizeBytes & 1);
  }
}
