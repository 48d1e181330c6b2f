/**
 * What a Matroska file says of its tracks. In: the `Tracks` element. Out: the text tracks, and the language of the
 * sound. Source: RFC 9559, section 5.1.4.
 */
import type { ByteWindow } from '../bytes/byte-window';
import type { CaptionFormat } from './cue';
import { elements, readString, readUnsigned, type Element } from './ebml';
import { languageTag } from './language';
import { MOST_TRACKS } from './limits';

/** By codec id; `D_WEBVTT` is what WebM had before Matroska's own. */
export const TEXT_CODECS: Record<string, CaptionFormat> = {
  'S_TEXT/UTF8': 'SubRip',
  'S_TEXT/ASCII': 'SubRip',
  'S_TEXT/ASS': 'SubStation Alpha',
  'S_TEXT/SSA': 'SubStation Alpha',
  S_ASS: 'SubStation Alpha',
  S_SSA: 'SubStation Alpha',
  'S_TEXT/WEBVTT': 'WebVTT',
  'D_WEBVTT/SUBTITLES': 'WebVTT',
  'D_WEBVTT/CAPTIONS': 'WebVTT',
};

/** How payloads are to be undone. */
export type Compression =
  { kind: 'none' } | { kind: 'zlib' } | { kind: 'prefix'; bytes: Uint8Array } | { kind: 'unreadable' };

export interface MatroskaTrack {
  number: number;
  sound: boolean;
  codec: string;
  title: string;
  language: string | null;
  preferred: boolean;
  forced: boolean;
  defaultDurationSeconds: number | null;
  compression: Compression;
}

const ENTRY = 0xae;
const SOUND = 2;
const MOST_PREFIX_BYTES = 64;

export async function readTracks(reader: ByteWindow, tracks: Element): Promise<MatroskaTrack[]> {
  const found: MatroskaTrack[] = [];
  for await (const element of elements(reader, tracks.bodyStart, tracks.end)) {
    if (element.id === ENTRY && found.length < 4 * MOST_TRACKS) found.push(await readTrack(reader, element));
  }
  return found;
}

async function readTrack(reader: ByteWindow, entry: Element): Promise<MatroskaTrack> {
  const track: MatroskaTrack = {
    number: -1,
    sound: false,
    codec: '',
    title: '',
    // What the format says where the file says nothing.
    language: 'en',
    preferred: true,
    forced: false,
    defaultDurationSeconds: null,
    compression: { kind: 'none' },
  };
  let bcp47: string | null = null;
  for await (const element of elements(reader, entry.bodyStart, entry.end)) {
    if (element.id === 0xd7) track.number = await readUnsigned(reader, element);
    else if (element.id === 0x83) track.sound = (await readUnsigned(reader, element)) === SOUND;
    else if (element.id === 0x86) track.codec = await readString(reader, element);
    else if (element.id === 0x536e) track.title = await readString(reader, element);
    else if (element.id === 0x22b59c) track.language = languageTag(await readString(reader, element));
    else if (element.id === 0x22b59d) bcp47 = languageTag(await readString(reader, element));
    else if (element.id === 0x88) track.preferred = (await readUnsigned(reader, element)) !== 0;
    else if (element.id === 0x55aa) track.forced = (await readUnsigned(reader, element)) !== 0;
    else if (element.id === 0x23e383)
      track.defaultDurationSeconds = (await readUnsigned(reader, element)) / 1e9;
    else if (element.id === 0x6d80) track.compression = await readEncodings(reader, element);
  }
  return { ...track, language: bcp47 ?? track.language };
}

/** One compression is undone; anything more, or encryption, is not. */
async function readEncodings(reader: ByteWindow, encodings: Element): Promise<Compression> {
  let compression: Compression = { kind: 'none' };
  for await (const encoding of elements(reader, encodings.bodyStart, encodings.end)) {
    if (encoding.id !== 0x6240) continue;
    if (compression.kind !== 'none') return { kind: 'unreadable' };
    compression = { kind: 'unreadable' };
    for await (const part of elements(reader, encoding.bodyStart, encoding.end)) {
      if (part.id === 0x5034) compression = await readCompression(reader, part);
    }
  }
  return compression;
}

async function readCompression(reader: ByteWindow, element: Element): Promise<Compression> {
  let algorithm = 0;
  let bytes = new Uint8Array(0);
  for await (const part of elements(reader, element.bodyStart, element.end)) {
    if (part.id === 0x4254) algorithm = await readUnsigned(reader, part);
    else if (part.id === 0x4255) {
      const length = Math.min(MOST_PREFIX_BYTES, part.end - part.bodyStart);
      bytes = (await reader.read(part.bodyStart, length)).slice();
    }
  }
  if (algorithm === 0) return { kind: 'zlib' };
  return algorithm === 3 ? { kind: 'prefix', bytes } : { kind: 'unreadable' };
}
