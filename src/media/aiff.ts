/**
 * AIFF and AIFF-C files with uncompressed sound. In: a file. Out: its track, or null where it is no AIFF.
 * Source: Audio Interchange File Format AIFF-C, Apple 1991.
 */
import { LonghandError } from '../lib/errors';
import type { ByteSource } from './bytes/byte-source';
import type { AudioTrack } from './packet';
import { canDecodePcm, pcmSampleBytes } from './pcm';
import { openPcmFile } from './pcm-file';
import { walkChunks } from './riff-chunks';

/** By compression type; those of one depth only say so, `NONE` leaves it to the header. */
const CODECS: Record<string, string> = {
  'raw ': 'pcm-u8',
  fl32: 'pcm-f32be',
  FL32: 'pcm-f32be',
  fl64: 'pcm-f64be',
  FL64: 'pcm-f64be',
  alaw: 'alaw',
  ALAW: 'alaw',
  ulaw: 'ulaw',
  ULAW: 'ulaw',
  in24: 'pcm-s24be',
  in32: 'pcm-s32be',
};

interface CommonChunk {
  channels: number;
  frames: number;
  bits: number;
  sampleRate: number;
  compression: string;
}

/** Throws `media/damaged`, `media/unsupported-codec`. */
export async function openAiff(file: ByteSource): Promise<AudioTrack | null> {
  const head = String.fromCharCode(...(await file.read(0, 12)));
  if (!/^FORM....AIF[FC]/s.test(head)) return null;
  const { name } = file;
  let common: CommonChunk | null = null;
  let startByte: number | null = null;
  for await (const chunk of walkChunks(file, 12, false)) {
    if (chunk.id === 'COMM') common = parseCommon(await chunk.read(22));
    if (chunk.id === 'SSND') startByte = chunk.start + 8 + offsetOf(await chunk.read(8));
  }
  if (!common || common.channels === 0 || !(common.sampleRate >= 1) || startByte === null)
    throw new LonghandError('media/damaged', { name, detail: 'the AIFF file lacks its format or its sound' });
  const { channels, frames, bits, sampleRate, compression } = common;
  const depth = Math.ceil(bits / 8) * 8;
  const whole = compression === 'sowt' ? `pcm-s${depth}` : `pcm-s${depth}be`;
  const codec = ['NONE', 'twos', 'sowt'].includes(compression)
    ? depth === 8
      ? 'pcm-s8'
      : whole
    : CODECS[compression];
  if (!codec || !canDecodePcm(codec))
    throw new LonghandError('media/unsupported-codec', { name, codec: `AIFF-C ${compression.trim()}` });
  const endByte = startByte + frames * channels * pcmSampleBytes(codec);
  return openPcmFile(file, { container: 'aiff', codec, sampleRate, channels, startByte, endByte });
}

const offsetOf = (view: DataView): number => (view.byteLength >= 4 ? view.getUint32(0) : 0);

function parseCommon(view: DataView): CommonChunk | null {
  if (view.byteLength < 18) return null;
  const compression =
    view.byteLength >= 22
      ? String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset + 18, 4))
      : 'NONE';
  // 80-bit float: sign and exponent, then the mantissa with its leading one.
  const exponent = (view.getUint16(8) & 0x7fff) - 16_383 - 63;
  const sampleRate = Number(view.getBigUint64(10)) * 2 ** exponent;
  return {
    channels: view.getUint16(0),
    frames: view.getUint32(2),
    bits: view.getUint16(6),
    sampleRate: Math.round(sampleRate),
    compression,
  };
}
