/**
 * Blocks of text in the clusters of a Matroska file. In: bytes by position, and the text tracks. Out: their cues.
 * Payloads of other tracks are stepped over; text lies anywhere between them, so without an index all block headers
 * must be read. Source: RFC 9559, sections 5.1.3 and 10.
 */
import type { ByteWindow } from '../bytes/byte-window';
import { dataView } from './byte-views';
import type { CueList } from './cue-list';
import { elements, readElement, readUnsigned, readVint, type Element } from './ebml';
import { MOST_SAMPLE_BYTES, type SearchClock } from './limits';
import { readBlockText } from './matroska-block';
import type { MatroskaTrack } from './matroska-tracks';

export const CLUSTER = 0x1f43b675;
const TIMESTAMP = 0xe7;
const SIMPLE_BLOCK = 0xa3;
const BLOCK_GROUP = 0xa0;
const BLOCK = 0xa1;
const BLOCK_DURATION = 0x9b;
/** Elements that stand beside clusters end a cluster of unknown size. */
const TOP_LEVEL = new Set([
  CLUSTER,
  0x1c53bb6b,
  0x1254c367,
  0x114d9b74,
  0x1549a966,
  0x1654ae6b,
  0x1043a770,
  0x1941a469,
]);

export interface TextTrack {
  track: MatroskaTrack;
  cues: CueList;
}

export interface ClusterContext {
  tracks: ReadonlyMap<number, TextTrack>;
  /** Nanoseconds of a unit. */
  timestampScale: number;
  clock: SearchClock;
}

/** Returns where the cluster really ends. */
export async function readCluster(
  reader: ByteWindow,
  cluster: Element,
  context: ClusterContext,
): Promise<number> {
  let timestamp = 0;
  let at = cluster.bodyStart;
  while (at < cluster.end && !context.clock.passed) {
    const element = await readElement(reader, at, cluster.end);
    if (!element || (cluster.unknownSize && TOP_LEVEL.has(element.id))) break;
    if (element.id === TIMESTAMP) timestamp = await readUnsigned(reader, element);
    else if (element.id === SIMPLE_BLOCK)
      await readBlock(reader, element, { timestamp, duration: null }, context);
    else if (element.id === BLOCK_GROUP) await readGroup(reader, element, timestamp, context);
    at = element.end;
  }
  return cluster.unknownSize ? at : cluster.end;
}

/** The one block at `relative` bytes into the cluster's payload, as an index names it. */
export async function readIndexedBlock(
  reader: ByteWindow,
  { cluster, relative }: { cluster: Element; relative: number },
  context: ClusterContext,
): Promise<void> {
  let timestamp = 0;
  for await (const element of elements(reader, cluster.bodyStart, cluster.end)) {
    if (element.id === TIMESTAMP) timestamp = await readUnsigned(reader, element);
    if (element.id === TIMESTAMP || element.id === BLOCK_GROUP || element.id === SIMPLE_BLOCK) break;
  }
  const element = await readElement(reader, cluster.bodyStart + relative, cluster.end);
  if (element?.id === SIMPLE_BLOCK) await readBlock(reader, element, { timestamp, duration: null }, context);
  else if (element?.id === BLOCK_GROUP) await readGroup(reader, element, timestamp, context);
}

async function readGroup(
  reader: ByteWindow,
  group: Element,
  timestamp: number,
  context: ClusterContext,
): Promise<void> {
  let block: Element | null = null;
  let duration: number | null = null;
  for await (const element of elements(reader, group.bodyStart, group.end)) {
    if (element.id === BLOCK) block = element;
    else if (element.id === BLOCK_DURATION) duration = await readUnsigned(reader, element);
  }
  if (block) await readBlock(reader, block, { timestamp, duration }, context);
}

/** Track number, time within the cluster, flags, then the payload. */
async function readBlock(
  reader: ByteWindow,
  block: Element,
  { timestamp, duration }: { timestamp: number; duration: number | null },
  { tracks, timestampScale }: ClusterContext,
): Promise<void> {
  const loaded = reader.read(block.bodyStart, Math.min(block.end - block.bodyStart, 12));
  const header = loaded instanceof Promise ? await loaded : loaded;
  const number = readVint(header, 0);
  const text = tracks.get(number?.value ?? -1);
  if (!number || !text || header.length < number.length + 3) return;
  const offset = dataView(header).getInt16(number.length);
  const laced = (header[number.length + 2]! & 0x06) !== 0;
  const payloadStart = block.bodyStart + number.length + 3;
  const length = block.end - payloadStart;
  if (laced || length > MOST_SAMPLE_BYTES) return;
  const payload = await reader.read(payloadStart, length);
  const seconds = (units: number) => (units * timestampScale) / 1e9;
  const startSeconds = seconds(timestamp + offset);
  const lengthSeconds = duration === null ? text.track.defaultDurationSeconds : seconds(duration);
  const endSeconds = lengthSeconds === null ? null : startSeconds + lengthSeconds;
  readBlockText(text.track, payload, { startSeconds, endSeconds }, text.cues);
}
