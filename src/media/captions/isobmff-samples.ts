/**
 * Where the samples of one MP4 track lie. In: its sample table (`stbl`). Out: position, size, start and duration of
 * each. Source: ISO/IEC 14496-12, section 8.6 and 8.7.
 */
import type { ByteWindow } from '../bytes/byte-window';
import { childBoxes, readBody, type Box } from './isobmff-box';
import { MOST_CUES, MOST_TABLE_BYTES } from './limits';

export interface Sample {
  position: number;
  sizeBytes: number;
  /** In units of the track's time scale. */
  start: number;
  duration: number;
}

/** Gaps between cues are samples too. */
const MOST_SAMPLES = 2 * MOST_CUES;

export async function readSampleTable(reader: ByteWindow, stbl: Box): Promise<Sample[]> {
  const tables = await childBoxes(reader, stbl);
  const table = async (...types: string[]): Promise<DataView | null> => {
    const box = types.map((type) => tables.get(type)).find((found) => found !== undefined);
    return box ? readBody(reader, box, MOST_TABLE_BYTES) : null;
  };
  const offsets = chunkOffsets(await table('stco', 'co64'), tables.has('co64') && !tables.has('stco'));
  const sizes = sampleSizes(await table('stsz'));
  const times = runs(await table('stts'), 8);
  const chunks = runs(await table('stsc'), 12);

  const samples: Sample[] = [];
  let start = 0;
  let run = 0;
  let leftInRun = times[0]?.[0] ?? 0;
  for (const [index, offset] of offsets.entries()) {
    let position = offset;
    const perChunk = samplesInChunk(chunks, index + 1);
    for (let inChunk = 0; inChunk < perChunk; inChunk++) {
      const sizeBytes = sizes[samples.length];
      if (sizeBytes === undefined) return samples;
      while (leftInRun === 0 && run < times.length - 1) leftInRun = times[++run]![0]!;
      const duration = times[run]?.[1] ?? 0;
      samples.push({ position, sizeBytes, start, duration });
      start += duration;
      position += sizeBytes;
      leftInRun = Math.max(0, leftInRun - 1);
    }
  }
  return samples;
}

function chunkOffsets(view: DataView | null, large: boolean): number[] {
  if (!view || view.byteLength < 8) return [];
  const bytes = large ? 8 : 4;
  const count = Math.min(view.getUint32(4), Math.floor((view.byteLength - 8) / bytes), MOST_SAMPLES);
  return Array.from({ length: count }, (_, index) =>
    large ? Number(view.getBigUint64(8 + index * 8)) : view.getUint32(8 + index * 4),
  );
}

function sampleSizes(view: DataView | null): number[] {
  if (!view || view.byteLength < 12) return [];
  const same = view.getUint32(4);
  const count = Math.min(view.getUint32(8), MOST_SAMPLES);
  if (same > 0) return new Array<number>(count).fill(same);
  const stored = Math.min(count, Math.floor((view.byteLength - 12) / 4));
  return Array.from({ length: stored }, (_, index) => view.getUint32(12 + index * 4));
}

/** Rows of 32-bit numbers, `bytes` each. */
function runs(view: DataView | null, bytes: number): number[][] {
  if (!view || view.byteLength < 8) return [];
  const count = Math.min(view.getUint32(4), Math.floor((view.byteLength - 8) / bytes), MOST_SAMPLES);
  return Array.from({ length: count }, (_, row) =>
    Array.from({ length: bytes / 4 }, (__, column) => view.getUint32(8 + row * bytes + column * 4)),
  );
}

/** `chunk` counts from 1, as the table does; rows hold first chunk, samples per chunk. */
function samplesInChunk(rows: number[][], chunk: number): number {
  let low = 0;
  let high = rows.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (rows[middle]![0]! <= chunk) low = middle;
    else high = middle - 1;
  }
  return rows[low]?.[1] ?? 0;
}
