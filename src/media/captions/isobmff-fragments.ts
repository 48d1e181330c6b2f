/**
 * Where samples of MP4 tracks lie in a fragmented file, whose sample table is empty. In: the file, and the defaults of
 * its tracks (`trex`). Out: samples by track. Source: ISO/IEC 14496-12, section 8.8.
 */
import type { ByteWindow } from '../bytes/byte-window';
import { boxes, childBoxes, readBody, type Box } from './isobmff-box';
import type { Sample } from './isobmff-samples';
import { MOST_CUES, MOST_TABLE_BYTES, type SearchClock } from './limits';

export interface TrackDefaults {
  duration: number;
  sizeBytes: number;
}

const MOST_SAMPLES = 2 * MOST_CUES;

/** `defaults` names the tracks that are wanted. True where the clock ran out. */
export async function readFragments(
  reader: ByteWindow,
  defaults: ReadonlyMap<number, TrackDefaults>,
  samples: Map<number, Sample[]>,
  clock: SearchClock,
): Promise<boolean> {
  for await (const moof of boxes(reader, 0, reader.sizeBytes)) {
    if (clock.passed) return true;
    if (moof.type !== 'moof') continue;
    for await (const traf of boxes(reader, moof.bodyStart, moof.end)) {
      if (traf.type === 'traf') await readTrackFragment(reader, { moof, traf }, defaults, samples);
    }
  }
  return false;
}

async function readTrackFragment(
  reader: ByteWindow,
  { moof, traf }: { moof: Box; traf: Box },
  defaults: ReadonlyMap<number, TrackDefaults>,
  samples: Map<number, Sample[]>,
): Promise<void> {
  const parts = await childBoxes(reader, traf);
  const headerBox = parts.get('tfhd');
  if (!headerBox) return;
  const header = trackHeader(await readBody(reader, headerBox, 64), moof.start);
  const track = header && defaults.get(header.track);
  if (!header || !track) return;
  const known = samples.get(header.track) ?? [];
  samples.set(header.track, known);
  const last = known.at(-1);
  const timeBox = parts.get('tfdt');
  let start = timeBox ? baseTime(await readBody(reader, timeBox, 16)) : last ? last.start + last.duration : 0;
  let position = header.base;
  for await (const box of boxes(reader, traf.bodyStart, traf.end)) {
    if (box.type !== 'trun') continue;
    const run = trackRun(await readBody(reader, box, MOST_TABLE_BYTES));
    if (run.offset !== null) position = header.base + run.offset;
    for (const { duration, sizeBytes } of run.samples) {
      if (known.length >= MOST_SAMPLES) return;
      const sample = {
        position,
        sizeBytes: sizeBytes ?? header.sizeBytes ?? track.sizeBytes,
        start,
        duration: duration ?? header.duration ?? track.duration,
      };
      known.push(sample);
      start += sample.duration;
      position += sample.sizeBytes;
    }
  }
}

/** Fields that a box holds or not, as its flags say: each one is read in turn. */
function fieldReader(view: DataView, from: number) {
  let at = from;
  return (present: boolean, bytes: 4 | 8 = 4): number | null => {
    if (!present || at + bytes > view.byteLength) return null;
    const value = bytes === 8 ? Number(view.getBigUint64(at)) : view.getUint32(at);
    at += bytes;
    return value;
  };
}

function trackHeader(view: DataView, moofStart: number) {
  if (view.byteLength < 8) return null;
  const flags = view.getUint32(0) & 0xffffff;
  const field = fieldReader(view, 8);
  const base = field((flags & 0x1) !== 0, 8);
  field((flags & 0x2) !== 0);
  const duration = field((flags & 0x8) !== 0);
  const sizeBytes = field((flags & 0x10) !== 0);
  return { track: view.getUint32(4), base: base ?? moofStart, duration, sizeBytes };
}

function baseTime(view: DataView): number {
  if (view.byteLength < 8) return 0;
  return view.getUint8(0) === 1 && view.byteLength >= 12 ? Number(view.getBigUint64(4)) : view.getUint32(4);
}

function trackRun(view: DataView) {
  if (view.byteLength < 8) return { offset: null, samples: [] };
  const flags = view.getUint32(0) & 0xffffff;
  const field = fieldReader(view, 8);
  const offset = (flags & 0x1) !== 0 && view.byteLength >= 12 ? view.getInt32(8) : null;
  field((flags & 0x1) !== 0);
  field((flags & 0x4) !== 0);
  const perSample = [0x100, 0x200, 0x400, 0x800].filter((flag) => (flags & flag) !== 0).length * 4;
  const room = perSample === 0 ? MOST_SAMPLES : Math.floor((view.byteLength - 8) / perSample);
  const count = Math.min(view.getUint32(4), room, MOST_SAMPLES);
  const samples = Array.from({ length: count }, () => {
    const duration = field((flags & 0x100) !== 0);
    const sizeBytes = field((flags & 0x200) !== 0);
    field((flags & 0x400) !== 0);
    field((flags & 0x800) !== 0);
    return { duration, sizeBytes };
  });
  return { offset, samples };
}
