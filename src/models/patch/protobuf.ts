/**
 * The protobuf wire format, as far as ONNX graphs need it.
 * In: the bytes of a message. Out: its fields as views into these bytes, and messages written as lists of views.
 * The decision: nothing is copied. Readers of libraries copy or own what they read, and their writers join nested
 * messages into fresh buffers, which for a model means its weights, once per level. Here a length is known before
 * anything is joined, so that a model is put together once, at the very end.
 * Format: https://protobuf.dev/programming-guides/encoding/
 */

/** Bytes that are no protobuf message: a length beyond the end, an endless number, a wire type that does not exist. */
export class MalformedProtobuf extends Error {
  override readonly name = 'MalformedProtobuf';
}

export const Wire = { varint: 0, fixed64: 1, length: 2, fixed32: 5 } as const;

/** More fields than any graph has; a message of millions of empty fields would cost a hundred times its size. */
const MOST_FIELDS = 1_000_000;

export interface Field {
  readonly number: number;
  readonly wire: number;
  /** The value alone: the varint's bytes, the fixed bytes, or what the length announced. A view. */
  readonly content: Uint8Array;
  /** Tag, length and value as they stood. A view. */
  readonly encoded: Uint8Array;
}

/** All fields of a message in their order. Throws MalformedProtobuf. */
export function readFields(message: Uint8Array): Field[] {
  const fields: Field[] = [];
  let at = 0;
  while (at < message.length) {
    const start = at;
    let end = varintEnd(message, at);
    const tag = readVarint(message.subarray(at, end));
    at = end;
    const number = tag >> 3n;
    if (number < 1n || number > 536_870_911n)
      throw new MalformedProtobuf(`field number ${number} at byte ${start}`);
    const wire = Number(tag & 7n);
    if (wire === Wire.varint) end = varintEnd(message, at);
    else if (wire === Wire.fixed64) end = at + 8;
    else if (wire === Wire.fixed32) end = at + 4;
    else if (wire === Wire.length) {
      const lengthEnd = varintEnd(message, at);
      const length = readVarint(message.subarray(at, lengthEnd));
      if (length > BigInt(message.length - lengthEnd)) {
        throw new MalformedProtobuf(
          `${length} bytes announced at byte ${start}, ${message.length - lengthEnd} left`,
        );
      }
      at = lengthEnd;
      end = at + Number(length);
    } else throw new MalformedProtobuf(`wire type ${wire} at byte ${start}`);
    if (end > message.length)
      throw new MalformedProtobuf(`the message ends within the field at byte ${start}`);
    if (fields.length === MOST_FIELDS) throw new MalformedProtobuf(`more than ${MOST_FIELDS} fields`);
    const content = message.subarray(at, end);
    fields.push({ number: Number(number), wire, content, encoded: message.subarray(start, end) });
    at = end;
  }
  return fields;
}

/** The unsigned 64-bit value of a varint field's content. */
export function readVarint(content: Uint8Array): bigint {
  let value = 0n;
  let shift = 0n;
  for (const byte of content) {
    value |= BigInt(byte & 0x7f) << shift;
    shift += 7n;
  }
  return BigInt.asUintN(64, value);
}

/** A signed 64-bit value (int64, int32, enum). */
export const readInt64 = (content: Uint8Array): bigint => BigInt.asIntN(64, readVarint(content));

/** A repeated int64 field, whose values may stand packed in one field or one by one. */
export function readRepeatedInt64(fields: readonly Field[]): bigint[] {
  const values: bigint[] = [];
  for (const { wire, content } of fields) {
    if (wire === Wire.varint) values.push(readInt64(content));
    else {
      for (let at = 0; at < content.length;) {
        const end = varintEnd(content, at);
        if (values.length === MOST_FIELDS) throw new MalformedProtobuf(`more than ${MOST_FIELDS} numbers`);
        values.push(readInt64(content.subarray(at, end)));
        at = end;
      }
    }
  }
  return values;
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();

export const readString = (content: Uint8Array): string => decoder.decode(content);

/** A message being written: pieces in order, most of them views of other bytes. */
export class Message {
  readonly pieces: Uint8Array[] = [];
  sizeBytes = 0;

  /** Takes over fields that are already encoded. */
  encoded(bytes: Uint8Array): this {
    this.pieces.push(bytes);
    this.sizeBytes += bytes.length;
    return this;
  }

  integer(number: number, value: number | bigint): this {
    return this.encoded(encodeVarints([tag(number, Wire.varint), BigInt(value)]));
  }

  float32(number: number, value: number): this {
    const bytes = new Uint8Array(new Float32Array([value]).buffer);
    return this.encoded(encodeVarints([tag(number, Wire.fixed32)])).encoded(bytes);
  }

  /** `bytes` and packed repeated fields. The bytes are not copied. */
  bytes(number: number, content: Uint8Array): this {
    return this.encoded(encodeVarints([tag(number, Wire.length), BigInt(content.length)])).encoded(content);
  }

  string(number: number, text: string): this {
    return this.bytes(number, encoder.encode(text));
  }

  message(number: number, inner: Message): this {
    this.encoded(encodeVarints([tag(number, Wire.length), BigInt(inner.sizeBytes)]));
    for (const piece of inner.pieces) this.encoded(piece);
    return this;
  }

  integers(number: number, values: readonly (number | bigint)[]): this {
    for (const value of values) this.integer(number, value);
    return this;
  }

  /** The one copy: all pieces in a buffer of their own. */
  join(): Uint8Array<ArrayBuffer> {
    const whole = new Uint8Array(this.sizeBytes);
    let at = 0;
    for (const piece of this.pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  }
}

const tag = (number: number, wire: number): bigint => BigInt(number * 8 + wire);

function encodeVarints(values: readonly bigint[]): Uint8Array {
  const bytes: number[] = [];
  for (const signed of values) {
    let value = BigInt.asUintN(64, signed);
    for (; value > 0x7fn; value >>= 7n) bytes.push(Number(value & 0x7fn) | 0x80);
    bytes.push(Number(value));
  }
  return Uint8Array.from(bytes);
}

/** Where the varint at `start` ends; ten bytes hold 64 bits, so none is longer. */
function varintEnd(bytes: Uint8Array, start: number): number {
  for (let at = start; at < start + 10; at++) {
    const byte = bytes[at];
    if (byte === undefined)
      throw new MalformedProtobuf(`the message ends within the number at byte ${start}`);
    if (byte < 0x80) return at + 1;
  }
  throw new MalformedProtobuf(`the number at byte ${start} does not end`);
}
