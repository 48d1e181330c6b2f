/** Bytes as numbers and as letters. */

export const dataView = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

export const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
