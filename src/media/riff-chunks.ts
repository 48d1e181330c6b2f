/** Files made of chunks (RIFF, AIFF): a name of four letters, a size, and so many bytes, padded to an even number. */

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
  file: Blob,
  from: number,
  littleEndian: boolean,
): AsyncGenerator<FileChunk> {
  let at = from;
  for (let count = 0; count < MOST_CHUNKS && at + 8 <= file.size; count++) {
    const header = new DataView(await file.slice(at, at + 8).arrayBuffer());
    const sizeBytes = header.getUint32(4, littleEndian);
    const start = at + 8;
    yield {
      id: String.fromCharCode(...new Uint8Array(header.buffer, 0, 4)),
      start,
      sizeBytes,
      read: async (mostBytes) =>
        new DataView(await file.slice(start, start + Math.min(mostBytes, sizeBytes)).arrayBuffer()),
    };
    at = start + sizeBytes + (sizeBytes & 1);
  }
}
