/**
 * Text tracks of MP4 and QuickTime files, fragmented ones included. In: bytes by position. Out: their captions; null
 * where the file is none of these. Only tables and the text itself are read, never the picture or the sound.
 */
import type { ByteWindow } from '../bytes/byte-window';
import { latin1 } from './byte-views';
import type { CaptionTrack, FoundCaptions } from './cue';
import { CueList } from './cue-list';
import { boxes, childBoxes, readBody, type Box } from './isobmff-box';
import { readFragments, type TrackDefaults } from './isobmff-fragments';
import { readSampleTable, type Sample } from './isobmff-samples';
import { readSampleText, TEXT_FORMATS } from './isobmff-sample-text';
import { languageTag } from './language';
import { MOST_SAMPLE_BYTES, MOST_TRACKS, type SearchClock } from './limits';

interface Track {
  id: number;
  /** `soun`, `vide`, `text`, `sbtl`, `subt`. */
  handler: string;
  title: string;
  language: string | null;
  timeScale: number;
  enabled: boolean;
  /** Type of its first sample entry. */
  entry: string;
  /** Added to times of samples. */
  shiftSeconds: number;
  samples: Sample[];
  /** Ids of tracks that hold its chapters: titles, not what is said. */
  chapters: number[];
}

export async function readIsobmffCaptions(
  reader: ByteWindow,
  clock: SearchClock,
): Promise<FoundCaptions | null> {
  let moov: Box | null = null;
  let first = true;
  for await (const box of boxes(reader, 0, reader.sizeBytes)) {
    if (first && !['ftyp', 'styp', 'moov', 'mdat', 'wide', 'free', 'skip', 'sidx', 'uuid'].includes(box.type))
      return null;
    first = false;
    if (box.type === 'moov') moov = box;
    if (moov || clock.passed) break;
  }
  if (!moov) return null;
  const { tracks, defaults, durationSeconds } = await readMovie(reader, moov);
  const chapters = new Set(tracks.flatMap((track) => track.chapters));
  const texts = tracks
    .filter(({ id, entry }) => entry in TEXT_FORMATS && !chapters.has(id))
    .slice(0, MOST_TRACKS);
  let cut = false;
  const wanted = new Map(
    texts.flatMap(({ id }) => {
      const known = defaults.get(id);
      return known ? [[id, known] as const] : [];
    }),
  );
  if (wanted.size > 0) {
    const samples = new Map(texts.map((track) => [track.id, track.samples]));
    cut = await readFragments(reader, wanted, samples, clock);
  }
  const captions: CaptionTrack[] = [];
  for (const track of texts) captions.push(await readTrackText(reader, track, clock, cut));
  return {
    tracks: captions.filter(({ cues }) => cues.length > 0),
    soundLanguage: tracks.find(({ handler }) => handler === 'soun')?.language ?? null,
    durationSeconds,
  };
}

async function readMovie(reader: ByteWindow, moov: Box) {
  const parts = await childBoxes(reader, moov);
  const header = parts.get('mvhd');
  const movie = header ? timeScaleAndDuration(await readBody(reader, header, 64)) : null;
  const tracks: Track[] = [];
  for await (const box of boxes(reader, moov.bodyStart, moov.end)) {
    if (box.type !== 'trak' || tracks.length >= 4 * MOST_TRACKS) continue;
    const track = await readTrack(reader, box, movie?.timeScale ?? 1);
    if (track) tracks.push(track);
  }
  const defaults = new Map<number, TrackDefaults>();
  const extends_ = parts.get('mvex');
  if (extends_) {
    for await (const box of boxes(reader, extends_.bodyStart, extends_.end)) {
      const view = box.type === 'trex' ? await readBody(reader, box, 24) : null;
      if (view && view.byteLength >= 20)
        defaults.set(view.getUint32(4), { duration: view.getUint32(12), sizeBytes: view.getUint32(16) });
    }
  }
  const durationSeconds = movie && movie.duration > 0 ? movie.duration / movie.timeScale : null;
  return { tracks, defaults, durationSeconds };
}

async function readTrack(reader: ByteWindow, trak: Box, movieScale: number): Promise<Track | null> {
  const parts = await childBoxes(reader, trak);
  const headerBox = parts.get('tkhd');
  const mediaBox = parts.get('mdia');
  if (!headerBox || !mediaBox) return null;
  const header = await readBody(reader, headerBox, 32);
  if (header.byteLength < 24) return null;
  const media = await childBoxes(reader, mediaBox);
  const mediaHeaderBox = media.get('mdhd');
  const handlerBox = media.get('hdlr');
  const information = media.get('minf');
  if (!mediaHeaderBox || !handlerBox || !information) return null;
  const mediaHeader = await readBody(reader, mediaHeaderBox, 64);
  const handler = await readBody(reader, handlerBox, 512);
  const times = timeScaleAndDuration(mediaHeader);
  const stbl = (await childBoxes(reader, information)).get('stbl');
  if (!times || !stbl || handler.byteLength < 12) return null;
  const entry = await firstEntry(reader, stbl);
  const userData = parts.get('udta');
  return {
    id: header.getUint32(header.getUint8(0) === 1 ? 20 : 12),
    handler: latin1(new Uint8Array(handler.buffer, 8, 4)),
    title: (userData && (await readTitle(reader, userData))) ?? '',
    language: await readLanguage(reader, media.get('elng'), mediaHeader),
    timeScale: times.timeScale,
    enabled: (header.getUint8(3) & 1) !== 0,
    entry,
    shiftSeconds: await editShift(reader, parts.get('edts'), movieScale, times.timeScale),
    chapters: await chapterTracks(reader, parts.get('tref')),
    samples: entry in TEXT_FORMATS ? await readSampleTable(reader, stbl) : [],
  };
}

async function chapterTracks(reader: ByteWindow, references: Box | undefined): Promise<number[]> {
  const list = references && (await childBoxes(reader, references)).get('chap');
  if (!list) return [];
  const view = await readBody(reader, list, 4 * MOST_TRACKS);
  return Array.from({ length: view.byteLength >> 2 }, (_, index) => view.getUint32(4 * index));
}

/** `mvhd` and `mdhd` alike; null where they make no sense. */
function timeScaleAndDuration(view: DataView) {
  const wide = view.byteLength > 0 && view.getUint8(0) === 1;
  if (view.byteLength < (wide ? 32 : 20)) return null;
  const timeScale = view.getUint32(wide ? 20 : 12);
  const duration = wide ? Number(view.getBigUint64(24)) : view.getUint32(16);
  return timeScale === 0 ? null : { timeScale, duration: duration === 0xffffffff ? 0 : duration };
}

async function firstEntry(reader: ByteWindow, stbl: Box): Promise<string> {
  const box = (await childBoxes(reader, stbl)).get('stsd');
  const view = box && (await readBody(reader, box, 16));
  return view && view.byteLength >= 16 ? latin1(new Uint8Array(view.buffer, 12, 4)) : '';
}

/** `elng` is BCP 47; `mdhd` three letters in 15 bits, or a Macintosh number, of which only English is known here. */
async function readLanguage(
  reader: ByteWindow,
  extended: Box | undefined,
  header: DataView,
): Promise<string | null> {
  if (extended) {
    const view = await readBody(reader, extended, 64);
    const text = latin1(new Uint8Array(view.buffer).subarray(4));
    return languageTag(text.split('\0')[0]);
  }
  const at = header.getUint8(0) === 1 ? 32 : 20;
  if (header.byteLength < at + 2) return null;
  const packed = header.getUint16(at);
  if (packed < 0x400) return packed === 0 ? 'en' : null;
  return languageTag([10, 5, 0].map((bits) => String.fromCharCode(0x60 + ((packed >> bits) & 31))).join(''));
}

/** The track's name, which QuickTime and others keep as `name` in the user data. */
async function readTitle(reader: ByteWindow, userData: Box): Promise<string | null> {
  const box = (await childBoxes(reader, userData)).get('name');
  if (!box) return null;
  const view = await readBody(reader, box, 512);
  // Some write a version and flags before it, some do not.
  return new TextDecoder().decode(view).replace(/\0/g, '').trim() || null;
}

/** Where the edit list places the first sample. */
async function editShift(
  reader: ByteWindow,
  edits: Box | undefined,
  movieScale: number,
  mediaScale: number,
): Promise<number> {
  const list = edits && (await childBoxes(reader, edits)).get('elst');
  if (!list) return 0;
  const view = await readBody(reader, list, 4096);
  const wide = view.byteLength > 0 && view.getUint8(0) === 1;
  const rowBytes = wide ? 20 : 12;
  let empty = 0;
  for (let at = 8; at + rowBytes <= view.byteLength; at += rowBytes) {
    const duration = wide ? Number(view.getBigUint64(at)) : view.getUint32(at);
    const mediaTime = wide ? Number(view.getBigInt64(at + 8)) : view.getInt32(at + 4);
    if (mediaTime >= 0) return empty / movieScale - mediaTime / mediaScale;
    empty += duration;
  }
  return 0;
}

async function readTrackText(
  reader: ByteWindow,
  { title, language, timeScale, enabled, entry, shiftSeconds, samples }: Track,
  clock: SearchClock,
  cut: boolean,
): Promise<CaptionTrack> {
  const cues = new CueList();
  let late = false;
  for (const { position, sizeBytes, start, duration } of samples) {
    late = clock.passed;
    if (late || cues.full) break;
    // Two bytes are an empty 3GPP sample, eight an empty WebVTT one: no need to look.
    if (sizeBytes <= 2 || sizeBytes > MOST_SAMPLE_BYTES || (entry === 'wvtt' && sizeBytes <= 8)) continue;
    const bytes = await reader.read(position, sizeBytes);
    const startSeconds = start / timeScale + shiftSeconds;
    const endSeconds = (start + duration) / timeScale + shiftSeconds;
    readSampleText(entry, bytes, { startSeconds, endSeconds }, cues);
  }
  return {
    place: 'inside',
    title,
    language,
    format: TEXT_FORMATS[entry]!,
    preferred: enabled,
    forced: /\bforced\b/i.test(title),
    cues: cues.finish(),
    cut: cut || late || cues.full,
  };
}
