/**
 * An ONNX model without its weights, and where those are. In: a source of bytes. Out: the model's own bytes with the
 * content of large initializers left out, which any reader of ONNX takes, and each one's place in the file.
 * The one decision to know: the file is walked field by field and only small fields are read, so that a model of any
 * size is looked through with a few megabytes; what claims to be larger than its surroundings is refused.
 */
import type { ByteSource } from './byte-source';
import {
  MalformedProtobuf,
  Message,
  readFields,
  readRepeatedInt64,
  readString,
  readVarint,
  Wire,
} from './patch/protobuf';

/** The content of one initializer in the file. */
export interface WeightPlace {
  name: string;
  /** TensorProto.DataType */
  elementType: number;
  shape: readonly number[];
  offset: number;
  sizeBytes: number;
}

export interface OnnxOutline {
  /** A ModelProto whose large initializers have shapes and types but no content. */
  skeleton: Uint8Array<ArrayBuffer>;
  /** Large initializers by name, in the order of the file. */
  weights: ReadonlyMap<string, WeightPlace>;
}

/** Smaller contents (scales, axes) stay in the skeleton. */
const LARGE_BYTES = 4096;
/** All that is not weights; a Whisper decoder of 32 layers takes 3 MB. */
const MOST_SKELETON_BYTES = 256 * 1024 * 1024;
const MOST_TENSOR_HEADER_BYTES = 64 * 1024;

const MODEL_GRAPH = 7;
const GRAPH_INITIALIZER = 5;
const TENSOR = { shape: 1, type: 2, floats: 4, name: 8, raw: 9 } as const;

/** Throws MalformedProtobuf; `readingModel` of the patches makes `speech/model-invalid` of it. */
export async function readOutline(source: ByteSource): Promise<OnnxOutline> {
  const reader = new FieldReader(source);
  const weights = new Map<string, WeightPlace>();
  const model = new Message();
  for await (const field of reader.fields(0, source.sizeBytes)) {
    if (field.number === MODEL_GRAPH && field.wire === Wire.length) {
      model.message(MODEL_GRAPH, await outlineGraph(reader, field, weights));
    } else model.encoded(await reader.small(field.start, field.end));
  }
  return { skeleton: model.join(), weights };
}

async function outlineGraph(
  reader: FieldReader,
  graph: PlacedField,
  weights: Map<string, WeightPlace>,
): Promise<Message> {
  const message = new Message();
  for await (const field of reader.fields(graph.contentStart, graph.end)) {
    const large = field.end - field.contentStart > LARGE_BYTES;
    if (field.number === GRAPH_INITIALIZER && field.wire === Wire.length && large) {
      message.message(GRAPH_INITIALIZER, await outlineInitializer(reader, field, weights));
    } else message.encoded(await reader.small(field.start, field.end));
  }
  return message;
}

async function outlineInitializer(
  reader: FieldReader,
  initializer: PlacedField,
  weights: Map<string, WeightPlace>,
): Promise<Message> {
  const message = new Message();
  const contents: PlacedField[] = [];
  for await (const field of reader.fields(initializer.contentStart, initializer.end)) {
    // Floats packed in one field lie there as they would in raw data.
    const content = field.number === TENSOR.raw || field.number === TENSOR.floats;
    if (content && field.wire === Wire.length) contents.push(field);
    else if (field.end - field.start > MOST_TENSOR_HEADER_BYTES) {
      throw new MalformedProtobuf(`an initializer at byte ${field.start} that is not in raw data`);
    } else message.encoded(await reader.small(field.start, field.end));
  }
  const header = readFields(message.join());
  const last = (number: number) => header.findLast((field) => field.number === number)?.content;
  const name = readString(last(TENSOR.name) ?? new Uint8Array());
  const [content] = contents;
  if (!content || contents.length > 1)
    throw new MalformedProtobuf(`the initializer ${name} has no single content`);
  if (weights.has(name)) throw new MalformedProtobuf(`two initializers named ${name}`);
  weights.set(name, {
    name,
    elementType: Number(readVarint(last(TENSOR.type) ?? new Uint8Array())),
    shape: readRepeatedInt64(header.filter(({ number }) => number === TENSOR.shape)).map(Number),
    offset: content.contentStart,
    sizeBytes: content.end - content.contentStart,
  });
  return message;
}

/** A protobuf field by its place in the file. */
interface PlacedField {
  number: number;
  wire: number;
  start: number;
  contentStart: number;
  end: number;
}

/** Tag and length, ten bytes each at most. */
const MOST_HEAD_BYTES = 20;
const WINDOW_BYTES = 256 * 1024;
const MOST_FIELDS = 1_000_000;

class FieldReader {
  readonly #source: ByteSource;
  #window: { offset: number; bytes: Uint8Array } = { offset: 0, bytes: new Uint8Array() };
  #fields = 0;
  #skeletonBytes = 0;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** The fields of a message that lies from `start` to `end`. */
  async *fields(start: number, end: number): AsyncGenerator<PlacedField, void> {
    for (let at = start; at < end;) {
      if (++this.#fields > MOST_FIELDS) throw new MalformedProtobuf(`more than ${MOST_FIELDS} fields`);
      const head = await this.#read(at, Math.min(MOST_HEAD_BYTES, end - at));
      const field = placeField(head, at, end);
      yield field;
      at = field.end;
    }
  }

  /** The bytes of what goes into the skeleton. */
  async small(start: number, end: number): Promise<Uint8Array> {
    this.#skeletonBytes += end - start;
    if (this.#skeletonBytes > MOST_SKELETON_BYTES) {
      throw new MalformedProtobuf(`more than ${MOST_SKELETON_BYTES} bytes besides the weights`);
    }
    return (await this.#read(start, end - start)).slice();
  }

  async #read(offset: number, length: number): Promise<Uint8Array> {
    if (length > WINDOW_BYTES) return this.#source.read(offset, length);
    const { offset: windowStart, bytes } = this.#window;
    if (offset < windowStart || offset + length > windowStart + bytes.byteLength) {
      const windowBytes = Math.min(WINDOW_BYTES, this.#source.sizeBytes - offset);
      this.#window = { offset, bytes: await this.#source.read(offset, windowBytes) };
    }
    const at = offset - this.#window.offset;
    return this.#window.bytes.subarray(at, at + length);
  }
}

function placeField(head: Uint8Array, start: number, messageEnd: number): PlacedField {
  const tagEnd = varintLength(head, 0, start);
  const tag = readVarint(head.subarray(0, tagEnd));
  const number = Number(tag >> 3n);
  const wire = Number(tag & 7n);
  let contentStart = start + tagEnd;
  let end: number;
  if (wire === Wire.varint) end = start + varintLength(head, tagEnd, start);
  else if (wire === Wire.fixed64) end = contentStart + 8;
  else if (wire === Wire.fixed32) end = contentStart + 4;
  else if (wire === Wire.length) {
    const lengthEnd = varintLength(head, tagEnd, start);
    contentStart = start + lengthEnd;
    end = contentStart + Number(readVarint(head.subarray(tagEnd, lengthEnd)));
  } else throw new MalformedProtobuf(`wire type ${wire} at byte ${start}`);
  if (number < 1 || end > messageEnd)
    throw new MalformedProtobuf(`field ${number} at byte ${start} goes beyond its message`);
  return { number, wire, start, contentStart, end };
}

/** Where in `head` the varint at `from` ends. */
function varintLength(head: Uint8Array, from: number, start: number): number {
  for (let at = from; at < Math.min(from + 10, head.byteLength); at++) if (head[at]! < 0x80) return at + 1;
  throw new MalformedProtobuf(`the number at byte ${start} does not end`);
}
