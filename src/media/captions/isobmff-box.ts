/**
 * Boxes of MP4 and QuickTime files. In: bytes by position. Out: boxes one by one, their payloads unread.
 * Every box moves the position on and ends within its parent, so a hostile file cannot make this loop.
 * Source: ISO/IEC 14496-12, section 4.2.
 */
import type { ByteWindow } from '../bytes/byte-window';
import { dataView, latin1 } from './byte-views';

export interface Box {
  type: string;
  /** Of the whole box, header included. */
  start: number;
  /** Of its payload. */
  bodyStart: number;
  end: number;
}

const HEADER_BYTES = 8;
const LARGE_HEADER_BYTES = 16;

export async function* boxes(reader: ByteWindow, start: number, end: number): AsyncGenerator<Box> {
  for (let at = start; at + HEADER_BYTES <= end;) {
    const box = await readBox(reader, at, end);
    if (!box) return;
    yield box;
    at = box.end;
  }
}

async function readBox(reader: ByteWindow, at: number, limit: number): Promise<Box | null> {
  const header = await reader.read(at, LARGE_HEADER_BYTES);
  if (header.length < HEADER_BYTES) return null;
  const view = dataView(header);
  const type = latin1(header.subarray(4, 8));
  let size = view.getUint32(0);
  let headerBytes = HEADER_BYTES;
  if (size === 1) {
    if (header.length < LARGE_HEADER_BYTES) return null;
    size = Number(view.getBigUint64(8));
    headerBytes = LARGE_HEADER_BYTES;
  }
  if (size === 0) size = limit - at; // to the end of the file
  if (size < headerBytes) return null;
  return { type, start: at, bodyStart: at + headerBytes, end: Math.min(limit, at + size) };
}

/** Boxes inside a box, by the first of each type; `skipBytes` are the box's own fields before them. */
export async function childBoxes(reader: ByteWindow, parent: Box, skipBytes = 0): Promise<Map<string, Box>> {
  const children = new Map<string, Box>();
  for await (const box of boxes(reader, parent.bodyStart + skipBytes, parent.end)) {
    if (!children.has(box.type)) children.set(box.type, box);
  }
  return children;
}

/** At most `mostBytes` of the payload, as a copy. */
export async function readBody(reader: ByteWindow, box: Box, mostBytes: number): Promise<DataView> {
  const bytes = await reader.read(box.bodyStart, Math.min(box.end - box.bodyStart, mostBytes));
  return dataView(bytes.slice());
}
