/**
 * Bytes by their position, wherever they lie: in a file, behind an address, in a recording that still grows. All
 * openers of media read this and nothing else. In: a place and a length. Out: bytes, as few as were asked for.
 */
export interface ByteSource {
  /** What a person calls it. */
  readonly name: string;
  /** Where it lies in the network, after redirects. */
  readonly url?: string;
  /** Infinity for as long as nobody knows. */
  readonly sizeBytes: number;
  /** How much a reader that goes forward should ask for at once. */
  readonly pieceBytes: number;
  /** The same bytes as a blob, where they lie on disk already. */
  readonly blob: Blob | null;
  /** True while bytes are on their way: waiting for them is no fault of the media. */
  readonly waits: boolean;
  /** Opens another file by its path relative to this one, where there may be some: for playlists. */
  sibling?: ((path: string) => Promise<ByteSource>) | undefined;
  /** `length` bytes from `position` on, fewer at the end. */
  read(position: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Reads that wait reject. Harmless when repeated. */
  close(): void;
}

const FILE_PIECE_BYTES = 512 * 1024;

/** A File keeps its bytes on disk. Reads throw what the browser throws where it has gone, see `read-failure.ts`. */
export function fileBytes(blob: Blob, name: string): ByteSource {
  return {
    name,
    sizeBytes: blob.size,
    pieceBytes: FILE_PIECE_BYTES,
    blob,
    waits: false,
    read: async (position, length) =>
      new Uint8Array(await blob.slice(position, position + length).arrayBuffer()),
    close: () => undefined,
  };
}

/** The part from `start` to before `end`. Closing it leaves the whole open. */
export function partOf(bytes: ByteSource, start: number, end = Infinity): ByteSource {
  const { name, pieceBytes } = bytes;
  return {
    name,
    get sizeBytes() {
      return Math.max(0, Math.min(end, bytes.sizeBytes) - start);
    },
    pieceBytes,
    blob: bytes.blob && bytes.blob.slice(start, Math.min(end, bytes.blob.size)),
    get waits() {
      return bytes.waits;
    },
    read: (position, length) =>
      bytes.read(start + position, Math.max(0, Math.min(length, end - start - position))),
    close: () => undefined,
  };
}

/** As much as there is from `position` on, at most `length`, for headers. */
export async function viewOf(bytes: ByteSource, position: number, length: number): Promise<DataView> {
  const { buffer, byteOffset, byteLength } = await bytes.read(position, length);
  return new DataView(buffer, byteOffset, byteLength);
}
