/**
 * Headers of FLAC frames. In: the first bytes of what may be a frame. Out: what it holds and where it belongs, or null.
 * The header's checksum makes a coincidence unlikely; its number tells the frame's place in the recording exactly.
 * Source: RFC 9639, section 9.1.
 */

export interface FlacFrameHeader {
  /** Position of its first sample in the recording. */
  firstSample: number;
  samples: number;
  /** 0 where the stream's header says. */
  sampleRate: number;
  channels: number;
  /** 0 where the stream's header says. */
  bits: number;
  /** True where frames differ in length; it is the same in all frames of a stream. */
  variable: boolean;
}

/** The longest header. */
export const FLAC_HEADER_BYTES = 16;

const RATES = [0, 88_200, 176_400, 192_000, 8000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000];
const BITS = [0, 8, 12, null, 16, 20, 24, 32];

/** Reads the header at `at`; `usualSamples` is the length of all frames but the last where `variable` is false. */
export function parseFlacHeader(bytes: Uint8Array, at: number, usualSamples: number): FlacFrameHeader | null {
  if (bytes[at] !== 0xff || (bytes[at + 1]! & 0xfe) !== 0xf8 || at + 6 > bytes.length) return null;
  const variable = (bytes[at + 1]! & 1) === 1;
  const sizeCode = bytes[at + 2]! >> 4;
  const rateCode = bytes[at + 2]! & 15;
  const channelCode = bytes[at + 3]! >> 4;
  const bits = BITS[(bytes[at + 3]! >> 1) & 7];
  if (
    sizeCode === 0 ||
    rateCode === 15 ||
    channelCode > 10 ||
    bits === null ||
    bits === undefined ||
    bytes[at + 3]! & 1
  )
    return null;
  const number = readCodedNumber(bytes, at + 4);
  if (!number) return null;
  let end = number.end;
  const take = (count: number): number => {
    let value = 0;
    for (let index = 0; index < count; index++) value = value * 256 + (bytes[end + index] ?? 0);
    end += count;
    return value;
  };
  const samples = sizeCode < 6 ? simpleSize(sizeCode) : sizeCode > 7 ? 1 << sizeCode : take(sizeCode - 5) + 1;
  const sampleRate =
    RATES[rateCode] ?? (rateCode === 12 ? take(1) * 1000 : take(2) * (rateCode === 14 ? 10 : 1));
  if (end >= bytes.length || crc8(bytes, at, end) !== bytes[end]) return null;
  return {
    firstSample: variable ? number.value : number.value * (usualSamples || samples),
    samples,
    sampleRate,
    channels: channelCode < 8 ? channelCode + 1 : 2,
    bits,
    variable,
  };
}

const simpleSize = (code: number): number => (code === 1 ? 192 : 144 << code);

/** A number in the manner of UTF-8, of up to 36 bits. */
function readCodedNumber(bytes: Uint8Array, at: number): { value: number; end: number } | null {
  const first = bytes[at] ?? 0xff;
  if (first < 0x80) return { value: first, end: at + 1 };
  const length = Math.clz32(~first << 24);
  if (length < 2 || length > 7) return null;
  let value = first & (0x7f >> length);
  for (let index = 1; index < length; index++) {
    const byte = bytes[at + index] ?? 0;
    if (byte >> 6 !== 2) return null;
    value = value * 64 + (byte & 0x3f);
  }
  return { value, end: at + length };
}

const CRC8 = Uint8Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = ((crc << 1) ^ (crc & 0x80 ? 0x07 : 0)) & 0xff;
  return crc;
});

function crc8(bytes: Uint8Array, from: number, to: number): number {
  let crc = 0;
  for (let at = from; at < to; at++) crc = CRC8[crc ^ bytes[at]!]!;
  return crc;
}
