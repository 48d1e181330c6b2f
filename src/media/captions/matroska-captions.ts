/**
 * Text tracks of Matroska and WebM files. In: bytes by position. Out: their captions; null where the file is neither.
 * The one decision to know: where the file's index names blocks of text, only those are read; otherwise the block headers of the whole file are, within the time given (docs/decisions/0026).
 */
import type { ByteWindow } from '../bytes/byte-window';
import type { FoundCaptions } from './cue';
import { CueList } from './cue-list';
import { elements, readElement, readFloat, readUnsigned, type Element } from './ebml';
import { MOST_CUES, MOST_TRACKS, type SearchClock } from './limits';
import {
  CLUSTER,
  readCluster,
  readIndexedBlock,
  type ClusterContext,
  type TextTrack,
} from './matroska-clusters';
import { readTracks, TEXT_CODECS, type MatroskaTrack } from './matroska-tracks';

const EBML = 0x1a45dfa3;
const SEGMENT = 0x18538067;
const SEEK_HEAD = 0x114d9b74;
const INFO = 0x1549a966;
const TRACKS = 0x1654ae6b;
const CUES = 0x1c53bb6b;
const USUAL_TIMESTAMP_SCALE = 1_000_000;

interface Head {
  tracks: MatroskaTrack[];
  timestampScale: number;
  durationSeconds: number | null;
  /** Of the index, where the file says that it has one. */
  indexPosition: number | null;
}

export async function readMatroskaCaptions(
  reader: ByteWindow,
  clock: SearchClock,
): Promise<FoundCaptions | null> {
  const ebml = await readElement(reader, 0, reader.sizeBytes);
  if (ebml?.id !== EBML) return null;
  const segment = await readElement(reader, ebml.end, reader.sizeBytes);
  if (segment?.id !== SEGMENT) return null;
  const head = await readHead(reader, segment);
  const texts = head.tracks
    .filter(({ codec, compression }) => codec in TEXT_CODECS && compression.kind !== 'unreadable')
    .slice(0, MOST_TRACKS)
    .map((track): TextTrack => ({ track, cues: new CueList() }));
  let cut = false;
  if (texts.length > 0) {
    const tracks = new Map(texts.map((text) => [text.track.number, text]));
    const context: ClusterContext = { tracks, timestampScale: head.timestampScale, clock };
    cut = await readTexts(reader, segment, head, context);
  }
  return {
    tracks: texts
      .map(({ track: { codec, title, language, preferred, forced }, cues }) => ({
        ...{ place: 'inside' as const, title, language, format: TEXT_CODECS[codec]!, preferred, forced },
        cues: cues.finish(),
        cut: cut || cues.full,
      }))
      .filter(({ cues }) => cues.length > 0),
    soundLanguage: head.tracks.find(({ sound }) => sound)?.language ?? null,
    durationSeconds: head.durationSeconds,
  };
}

async function readHead(reader: ByteWindow, segment: Element): Promise<Head> {
  const head: Head = {
    tracks: [],
    timestampScale: USUAL_TIMESTAMP_SCALE,
    durationSeconds: null,
    indexPosition: null,
  };
  let duration: number | null = null;
  for await (const element of elements(reader, segment.bodyStart, segment.end)) {
    if (element.id === CLUSTER) break;
    if (element.id === TRACKS) head.tracks = await readTracks(reader, element);
    else if (element.id === CUES) head.indexPosition = element.start;
    else if (element.id === SEEK_HEAD)
      head.indexPosition = await findInSeekHead(reader, element, segment, CUES);
    else if (element.id === INFO) {
      for await (const part of elements(reader, element.bodyStart, element.end)) {
        if (part.id === 0x2ad7b1)
          head.timestampScale = (await readUnsigned(reader, part)) || USUAL_TIMESTAMP_SCALE;
        else if (part.id === 0x4489) duration = await readFloat(reader, part);
      }
    }
  }
  if (duration !== null && Number.isFinite(duration) && duration > 0)
    head.durationSeconds = (duration * head.timestampScale) / 1e9;
  return head;
}

/** Position of an element's header as the seek head gives it, or null. */
async function findInSeekHead(
  reader: ByteWindow,
  seekHead: Element,
  segment: Element,
  wanted: number,
): Promise<number | null> {
  for await (const seek of elements(reader, seekHead.bodyStart, seekHead.end)) {
    let id = 0;
    let position: number | null = null;
    for await (const part of elements(reader, seek.bodyStart, seek.end)) {
      if (part.id === 0x53ab) id = await readUnsigned(reader, part);
      else if (part.id === 0x53ac) position = await readUnsigned(reader, part);
    }
    if (id === wanted && position !== null) return segment.bodyStart + position;
  }
  return null;
}

/** True where the clock ran out. */
async function readTexts(
  reader: ByteWindow,
  segment: Element,
  head: Head,
  context: ClusterContext,
): Promise<boolean> {
  const index =
    head.indexPosition === null ? null : await readElement(reader, head.indexPosition, segment.end);
  const indexed = index?.id === CUES ? await readIndex(reader, index, context) : [];
  if (indexed.length > 0) return readIndexed(reader, segment, indexed, context);
  for (let at = segment.bodyStart; at < segment.end;) {
    if (context.clock.passed) return true;
    const element = await readElement(reader, at, segment.end);
    if (!element) return false;
    at = element.id === CLUSTER ? await readCluster(reader, element, context) : element.end;
  }
  return false;
}

interface IndexEntry {
  /** In bytes from the start of the segment's payload. */
  cluster: number;
  /** In bytes from the start of the cluster's payload; null where the index does not say. */
  relative: number | null;
}

async function readIndexed(
  reader: ByteWindow,
  segment: Element,
  indexed: readonly IndexEntry[],
  context: ClusterContext,
): Promise<boolean> {
  const readWhole = new Set<number>();
  for (const { cluster: offset, relative } of indexed) {
    if (context.clock.passed) return true;
    const cluster = await readElement(reader, segment.bodyStart + offset, segment.end);
    if (cluster?.id !== CLUSTER || readWhole.has(offset)) continue;
    if (relative !== null) await readIndexedBlock(reader, { cluster, relative }, context);
    else {
      readWhole.add(offset);
      await readCluster(reader, cluster, context);
    }
  }
  return false;
}

/** Entries of the text tracks. */
async function readIndex(
  reader: ByteWindow,
  index: Element,
  { tracks, clock }: ClusterContext,
): Promise<IndexEntry[]> {
  const entries: IndexEntry[] = [];
  for await (const point of elements(reader, index.bodyStart, index.end)) {
    if (clock.passed || entries.length >= MOST_CUES) break;
    for await (const place of elements(reader, point.bodyStart, point.end)) {
      if (place.id !== 0xb7) continue;
      const entry = { track: -1, cluster: -1, relative: null as number | null };
      for await (const part of elements(reader, place.bodyStart, place.end)) {
        if (part.id === 0xf7) entry.track = await readUnsigned(reader, part);
        else if (part.id === 0xf1) entry.cluster = await readUnsigned(reader, part);
        else if (part.id === 0xf0) entry.relative = await readUnsigned(reader, part);
      }
      if (tracks.has(entry.track) && entry.cluster >= 0) entries.push(entry);
    }
  }
  return entries;
}
