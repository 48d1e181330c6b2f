/** What containers are read from: bytes by their position. `BlobWindow` is one; a recording at an address another. */
export interface ByteReader {
  readonly size: number;
  /** `length` bytes from `position` on, fewer at the end. A view, valid until the next call. */
  read(position: number, length: number): Uint8Array | Promise<Uint8Array>;
}

export const dataView = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

export const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
