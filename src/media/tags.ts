/** ID3v2 tags stand before the sound of MP3, AAC and even FLAC files, and between the parts of joined ones. */
import type { ByteWindow } from './bytes/byte-window';

/** Position after the ID3v2 tags at `position`. Source: https://id3.org/id3v2.4.0-structure, section 3.1. */
export async function skipTags(window: ByteWindow, position: number): Promise<number> {
  for (;;) {
    const bytes = await window.read(position, 10);
    if (bytes.length < 10 || bytes[0] !== 0x49 || bytes[1] !== 0x44 || bytes[2] !== 0x33) return position;
    const [size3, size2, size1, size0] = bytes.subarray(6);
    const footerBytes = bytes[5]! & 0x10 ? 10 : 0;
    position += 10 + footerBytes + ((size3! << 21) | (size2! << 14) | (size1! << 7) | size0!);
  }
}
