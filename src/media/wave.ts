/**
 * WAV files: RIFF, RF64 and big-endian RIFX. In: a file. Out: its track, or null where it is no WAV. MP3 inside of WAV
 * is read as MP3. Our own reader, because recorders that crash leave sizes of 0 or 4 GB behind, which mean "to the end".
 * Source: Multimedia Programming Interface and Data Specifications 1.0; EBU Tech 3306 (RF64).
 */
import { LonghandError } from '../lib/errors';
import { partOf, viewOf, type ByteSource } from './bytes/byte-source';
import { openFrameStream } from './frame-stream';
import type { AudioTrack } from './packet';
import { openPcmFile } from './pcm-file';
import { walkChunks } from './riff-chunks';

const Format = {
  pcm: 1,
  float: 3,
  alaw: 6,
  ulaw: 7,
  mpeg: 0x50,
  mp3: 0x55,
  adts: 0x1600,
  extensible: 0xfffe,
};
const FRAME_FORMATS = [Format.mpeg, Format.mp3, Format.adts];

const NAMES: Record<number, string> = {
  0x02: 'Microsoft ADPCM',
  0x11: 'IMA ADPCM',
  0x22: 'TrueSpeech',
  0x31: 'GSM 6.10',
  0x42: 'G.723.1',
  0x45: 'G.726',
  0x161: 'WMA',
  0x162: 'WMA Pro',
  0x2000: 'AC-3',
  0x2001: 'DTS',
};

interface WaveFormat {
  tag: number;
  channels: number;
  sampleRate: number;
  bits: number;
}

/** Throws `media/damaged`, `media/unsupported-codec`. */
export async function openWave(file: ByteSource): Promise<AudioTrack | null> {
  const head = await viewOf(file, 0, 12);
  if (head.byteLength < 12 || fourCharacters(head, 8) !== 'WAVE') return null;
  const riff = fourCharacters(head, 0);
  if (!['RIFF', 'RF64', 'RIFX'].includes(riff)) return null;
  const littleEndian = riff !== 'RIFX';
  const { name } = file;

  let format: WaveFormat | null = null;
  let longDataBytes: number | null = null;
  let data: { start: number; sizeBytes: number } | null = null;
  for await (const chunk of walkChunks(file, 12, littleEndian)) {
    if (chunk.id === 'fmt ') format = parseFormat(await chunk.read(40), littleEndian);
    if (chunk.id === 'ds64') longDataBytes = Number((await chunk.read(16)).getBigUint64(8, true));
    if (chunk.id === 'data') {
      data = { start: chunk.start, sizeBytes: chunk.sizeBytes };
      break;
    }
  }
  if (!format || format.channels === 0 || format.sampleRate === 0)
    throw new LonghandError('media/damaged', { name, detail: 'the WAV header says no format' });
  if (!data) throw new LonghandError('media/damaged', { name, detail: 'the WAV file has no data chunk' });
  const sizeBytes = data.sizeBytes === 0xffff_ffff ? (longDataBytes ?? 0) : data.sizeBytes;
  const endByte = sizeBytes === 0 ? file.sizeBytes : data.start + sizeBytes;
  if (FRAME_FORMATS.includes(format.tag)) {
    const track = await openFrameStream(partOf(file, data.start, endByte));
    if (track) return { ...track, format: `wav, ${track.format}` };
  }
  const codec = pcmCodec(format, littleEndian);
  if (!codec)
    throw new LonghandError('media/unsupported-codec', {
      name,
      codec: NAMES[format.tag] ?? `WAV format 0x${format.tag.toString(16)}`,
    });
  const { sampleRate, channels } = format;
  return openPcmFile(file, { container: 'wav', codec, sampleRate, channels, startByte: data.start, endByte });
}

function parseFormat(view: DataView, littleEndian: boolean): WaveFormat | null {
  if (view.byteLength < 14) return null;
  const tag = view.getUint16(0, littleEndian);
  const isExtensible = tag === Format.extensible && view.byteLength >= 28;
  return {
    // The first field of the GUID, 32 bits of which the lower ones are the format.
    tag: isExtensible ? view.getUint32(24, littleEndian) & 0xffff : tag,
    channels: view.getUint16(2, littleEndian),
    sampleRate: view.getUint32(4, littleEndian),
    bits: view.byteLength >= 16 ? view.getUint16(14, littleEndian) : 8,
  };
}

/** Null where it is not PCM. Odd depths fill whole bytes: 20 bits lie in the upper part of 3 bytes. */
function pcmCodec({ tag, bits }: WaveFormat, littleEndian: boolean): string | null {
  const order = littleEndian ? '' : 'be';
  if (tag === Format.alaw) return 'alaw';
  if (tag === Format.ulaw) return 'ulaw';
  if (tag === Format.float && (bits === 32 || bits === 64)) return `pcm-f${bits}${order}`;
  if (tag !== Format.pcm || bits === 0 || bits > 32) return null;
  return bits <= 8 ? 'pcm-u8' : `pcm-s${Math.ceil(bits / 8) * 8}${order}`;
}

const fourCharacters = (view: DataView, at: number): string =>
  String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
