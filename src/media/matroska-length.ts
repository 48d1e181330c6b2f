/**
 * Whether a Matroska or WebM file was cut short. Its header knows the length of the longest track only, which may be
 * the picture's, so too little sound does not tell; the size of the one element that holds everything does.
 * Source: RFC 8794, section 4; RFC 9559, section 5.1.
 */

import type { ByteSource } from './bytes/byte-source';

const SEGMENT_ID = [0x18, 0x53, 0x80, 0x67];
/** The EBML header before it is short. */
const SEARCHED_BYTES = 4096;

/** False where the size is unknown, as in live recordings. */
export async function isCutMatroska(file: ByteSource): Promise<boolean> {
  const bytes = await file.read(0, SEARCHED_BYTES);
  const at = bytes.findIndex((_, index) =>
    SEGMENT_ID.every((byte, offset) => bytes[index + offset] === byte),
  );
  const first = bytes[at + SEGMENT_ID.length];
  if (at < 0 || !first) return false;
  const length = Math.clz32(first) - 23;
  let size = first & (0xff >> length);
  let unknown = size === 0xff >> length;
  for (let index = 1; index < length; index++) {
    const byte = bytes[at + SEGMENT_ID.length + index] ?? 0;
    size = size * 256 + byte;
    unknown &&= byte === 0xff;
  }
  return !unknown && at + SEGMENT_ID.length + length + size > file.sizeBytes;
}
