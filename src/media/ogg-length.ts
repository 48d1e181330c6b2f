/**
 * How long an Ogg file with one stream is, by its last page. In: its bytes and what the decoder is told. Out: seconds,
 * or null where the last page does not tell. The library finds the same by halving the file again and again, which over
 * a network fetches a megabyte. Source: RFC 3533, section 6; RFC 7845, section 4.
 */
import type { ByteSource } from './bytes/byte-source';

/** The longest page. */
const TAIL_BYTES = 65_307;
const OPUS_RATE = 48_000;
const PRE_SKIP_OFFSET = 10;

export async function oggSeconds(
  bytes: ByteSource,
  { codec, sampleRate, description }: AudioDecoderConfig,
): Promise<number | null> {
  const granule = (await lastPage(bytes))?.getBigInt64(6, true) ?? 0n;
  if (granule <= 0n) return null;
  if (codec === 'vorbis') return Number(granule) / sampleRate;
  if (codec !== 'opus') return null;
  const head = description && new DataView(toBuffer(description));
  return (Number(granule) - (head ? head.getUint16(PRE_SKIP_OFFSET, true) : 0)) / OPUS_RATE;
}

/** True where its last page is of the stream it began with: nothing else follows that one. */
export const isOneStream = async (bytes: ByteSource): Promise<boolean> => (await lastPage(bytes)) !== null;

/** The last page, where it is of the stream that the file begins with. */
async function lastPage(bytes: ByteSource): Promise<DataView | null> {
  const first = await bytes.read(0, 27);
  const tail = await bytes.read(Math.max(0, bytes.sizeBytes - TAIL_BYTES), TAIL_BYTES);
  for (let at = tail.length - 27; at >= 0; at--) {
    if (!isPage(tail, at)) continue;
    const page = new DataView(tail.buffer, tail.byteOffset + at);
    return page.getUint32(14, true) === new DataView(first.buffer).getUint32(14, true) ? page : null;
  }
  return null;
}

const isPage = (bytes: Uint8Array, at: number): boolean =>
  bytes[at] === 0x4f && bytes[at + 1] === 0x67 && bytes[at + 2] === 0x67 && bytes[at + 3] === 0x53;

const toBuffer = (data: AllowSharedBufferSource): ArrayBuffer =>
  ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice().buffer
    : new Uint8Array(data).slice().buffer;
