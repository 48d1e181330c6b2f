/**
 * Uncompressed audio. In: bytes of interleaved samples, 8 to 64 bit, integer, float, A-law or µ-law. Out: mono
 * float32, the mean of all channels. Decoding and mixing in one pass: through AudioData objects the same work took
 * several times longer.
 */

type ReadSample = (view: DataView, offset: number) => number;

interface PcmLayout {
  bytes: number;
  /** To about -1..1. */
  read: ReadSample;
}

const LAYOUTS: Record<string, PcmLayout> = {
  'pcm-u8': { bytes: 1, read: (view, at) => (view.getUint8(at) - 128) / 2 ** 7 },
  'pcm-s8': { bytes: 1, read: (view, at) => view.getInt8(at) / 2 ** 7 },
  'pcm-s16': { bytes: 2, read: (view, at) => view.getInt16(at, true) / 2 ** 15 },
  'pcm-s16be': { bytes: 2, read: (view, at) => view.getInt16(at, false) / 2 ** 15 },
  'pcm-s24': {
    bytes: 3,
    read: (view, at) => (view.getUint16(at, true) | (view.getInt8(at + 2) << 16)) / 2 ** 23,
  },
  'pcm-s24be': {
    bytes: 3,
    read: (view, at) => ((view.getInt16(at, false) << 8) | view.getUint8(at + 2)) / 2 ** 23,
  },
  'pcm-s32': { bytes: 4, read: (view, at) => view.getInt32(at, true) / 2 ** 31 },
  'pcm-s32be': { bytes: 4, read: (view, at) => view.getInt32(at, false) / 2 ** 31 },
  'pcm-f32': { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  'pcm-f32be': { bytes: 4, read: (view, at) => view.getFloat32(at, false) },
  'pcm-f64': { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
  'pcm-f64be': { bytes: 8, read: (view, at) => view.getFloat64(at, false) },
  ulaw: { bytes: 1, read: (view, at) => ULAW[view.getUint8(at)]! },
  alaw: { bytes: 1, read: (view, at) => ALAW[view.getUint8(at)]! },
};

/** ITU-T G.711, as tables. */
const ULAW = Float32Array.from({ length: 256 }, (_, code) => {
  const inverted = ~code & 0xff;
  const magnitude = ((((inverted & 0x0f) << 3) + 0x84) << ((inverted >> 4) & 7)) - 0x84;
  return (inverted & 0x80 ? -magnitude : magnitude) / 2 ** 15;
});
const ALAW = Float32Array.from({ length: 256 }, (_, code) => {
  const toggled = code ^ 0x55;
  const exponent = (toggled >> 4) & 7;
  const mantissa = ((toggled & 0x0f) << 4) + 8;
  const magnitude = exponent === 0 ? mantissa : (mantissa + 0x100) << (exponent - 1);
  return (toggled & 0x80 ? magnitude : -magnitude) / 2 ** 15;
});

export const canDecodePcm = (codec: string): boolean => codec in LAYOUTS;

/** Bytes of one channel's sample. */
export const pcmSampleBytes = (codec: string): number => LAYOUTS[codec]!.bytes;

/** Audio frames in `sizeBytes`; a cut-off last one does not count. */
export function pcmFrames(codec: string, channels: number, sizeBytes: number): number {
  return Math.floor(sizeBytes / (LAYOUTS[codec]!.bytes * channels));
}

export interface PcmShape {
  codec: string;
  channels: number;
  /** Only this one, counted from 0; null mixes all. */
  channel?: number | null;
}

/** One channel, or the mean of all, into `target` from `at` on. Returns the number of audio frames written. */
export function decodePcm(
  { codec, channels, channel = null }: PcmShape,
  data: Uint8Array,
  target: Float32Array,
  at: number,
): number {
  const frames = pcmFrames(codec, channels, data.byteLength);
  const { bytes, read } = LAYOUTS[codec]!;
  if (channel !== null) return pickChannel({ codec, channels, channel }, data, target, at);
  if (codec === 'pcm-s16' && data.byteOffset % 2 === 0) {
    mixInt16(new Int16Array(data.buffer, data.byteOffset, frames * channels), channels, target, at);
    return frames;
  }
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  let offset = 0;
  for (let frame = 0; frame < frames; frame++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++, offset += bytes) sum += read(view, offset);
    target[at + frame] = sum / channels;
  }
  return frames;
}

function pickChannel(
  { codec, channels, channel }: Required<PcmShape>,
  data: Uint8Array,
  target: Float32Array,
  at: number,
): number {
  const frames = pcmFrames(codec, channels, data.byteLength);
  const { bytes, read } = LAYOUTS[codec]!;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const offset = channel! * bytes;
  for (let frame = 0; frame < frames; frame++)
    target[at + frame] = channel! < channels ? read(view, frame * channels * bytes + offset) : 0;
  return frames;
}

/** The usual case, without a DataView (every platform with WebCodecs is little-endian). */
function mixInt16(samples: Int16Array, channels: number, target: Float32Array, at: number): void {
  const scale = 1 / (channels * 2 ** 15);
  const frames = samples.length / channels;
  for (let frame = 0, offset = 0; frame < frames; frame++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) sum += samples[offset++]!;
    target[at + frame] = sum * scale;
  }
}
