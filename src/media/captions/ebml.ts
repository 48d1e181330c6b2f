/**
 * Elements of Matroska and WebM files. In: bytes by position. Out: elements one by one, their payloads unread.
 * Every element moves the position on and ends within its parent. Source: RFC 8794, sections 4 to 6.
 */
import type { ByteWindow } from '../bytes/byte-window';

export interface Element {
  id: number;
  /** Of its header. */
  start: number;
  bodyStart: number;
  /** End of the payload; the parent's where the size is unknown, as in live recordings. */
  end: number;
  unknownSize: boolean;
}

const LONGEST_HEADER_BYTES = 12;

export async function readElement(reader: ByteWindow, at: number, limit: number): Promise<Element | null> {
  if (at >= limit) return null;
  const loaded = reader.read(at, LONGEST_HEADER_BYTES);
  const bytes = loaded instanceof Promise ? await loaded : loaded;
  const idLength = Math.clz32(bytes[0] ?? 0) - 23;
  if (idLength > 4 || bytes.length <= idLength) return null;
  let id = 0;
  for (let index = 0; index < idLength; index++) id = id * 256 + bytes[index]!;
  const size = readVint(bytes, idLength);
  if (!size) return null;
  const bodyStart = at + idLength + size.length;
  const unknownSize = size.value === null;
  const end = size.value === null ? limit : Math.min(limit, bodyStart + size.value);
  return { id, start: at, bodyStart, end, unknownSize };
}

/** A number whose first byte tells its length; null value: all ones, unknown. */
export function readVint(bytes: Uint8Array, at: number): { value: number | null; length: number } | null {
  const first = bytes[at] ?? 0;
  const length = Math.clz32(first) - 23;
  if (length > 8 || at + length > bytes.length) return null;
  let value = first & (0xff >> length);
  let unknown = value === 0xff >> length;
  for (let index = 1; index < length; index++) {
    const byte = bytes[at + index]!;
    value = value * 256 + byte;
    unknown &&= byte === 0xff;
  }
  return { value: unknown ? null : value, length };
}

export async function* elements(reader: ByteWindow, start: number, end: number): AsyncGenerator<Element> {
  for (let at = start; at < end;) {
    const element = await readElement(reader, at, end);
    if (!element) return;
    yield element;
    at = element.end;
  }
}

export async function readUnsigned(reader: ByteWindow, { bodyStart, end }: Element): Promise<number> {
  const bytes = await reader.read(bodyStart, Math.min(8, end - bodyStart));
  let value = 0;
  for (const byte of bytes) value = value * 256 + byte;
  return value;
}

export async function readFloat(reader: ByteWindow, { bodyStart, end }: Element): Promise<number | null> {
  const bytes = await reader.read(bodyStart, Math.min(8, end - bodyStart));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length === 4) return view.getFloat32(0);
  return bytes.length === 8 ? view.getFloat64(0) : null;
}

/** At most 1 KB of it. */
export async function readString(reader: ByteWindow, { bodyStart, end }: Element): Promise<string> {
  const bytes = await reader.read(bodyStart, Math.min(1024, end - bodyStart));
  return new TextDecoder().decode(bytes).replace(/\0.*$/s, '');
}
