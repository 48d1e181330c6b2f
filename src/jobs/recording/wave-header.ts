/**
 * Samples on disk as a WAV file, without copying them: a header to stand before them.
 * In: rate, channels, size. Out: 44 bytes. From 4 GB on both sizes say "to the end", which players and our own reader
 * take so (`media/wave.ts`).
 */
const HEADER_BYTES = 44;
const TO_THE_END = 0xffffffff;
const SAMPLE_BYTES = 2;

export function waveHeader(sampleRate: number, channels: number, dataBytes: number): Uint8Array<ArrayBuffer> {
  const header = new DataView(new ArrayBuffer(HEADER_BYTES));
  const text = (at: number, word: string) =>
    new Uint8Array(header.buffer).set(new TextEncoder().encode(word), at);
  const size = (at: number, bytes: number) => header.setUint32(at, Math.min(bytes, TO_THE_END), true);
  const frameBytes = channels * SAMPLE_BYTES;
  text(0, 'RIFF');
  size(4, dataBytes + HEADER_BYTES - 8);
  text(8, 'WAVEfmt ');
  size(16, 16);
  header.setUint16(20, 1, true);
  header.setUint16(22, channels, true);
  size(24, sampleRate);
  size(28, sampleRate * frameBytes);
  header.setUint16(32, frameBytes, true);
  header.setUint16(34, SAMPLE_BYTES * 8, true);
  text(36, 'data');
  size(40, dataBytes);
  return new Uint8Array(header.buffer);
}
