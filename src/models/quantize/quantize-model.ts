/**
 * An ONNX model with quantized weights. In: a float32 model as a source of bytes. Out: the quantized one as a stream
 * of known length. The one decision to know: one weight is in memory at a time. Lengths, which protobuf writes in
 * front of contents, follow from shapes alone; weights go to the end of the graph, where each is read, computed,
 * passed on and dropped.
 */
import type { ByteSource } from '../byte-source';
import { type OnnxOutline, readOutline, type WeightPlace } from '../onnx-outline';
import { parseModel, readingModel, writeGraph } from '../patch/onnx-model';
import { Message, MalformedProtobuf } from '../patch/protobuf';
import { rewriteGraph } from './rewrite-graph';
import { type InitializerHead, planWeight, type QuantizedForm, type QuantizedWeight } from './weight-form';
import { findWeightUses } from './weight-uses';

export interface QuantizedModel {
  sizeBytes: number;
  /** Of the largest weight, as float32. */
  largestWeightBytes: number;
  /** Parts are the taker's until it asks for the next. */
  bytes(signal: AbortSignal): AsyncGenerator<Uint8Array, void>;
}

const OPERATOR_SETS = 8;
const GRAPH = 7;
const INITIALIZER = 5;
const RAW = 9;
/** Weights that stay as they are pass through in parts of this size. */
const PART_BYTES = 4 * 1024 * 1024;

/** Throws `speech/model-invalid` for what is no ONNX model, `models/invalid` for weights that contradict themselves. */
export async function openQuantizedModel(
  name: string,
  source: ByteSource,
  form: QuantizedForm,
): Promise<QuantizedModel> {
  const outline = await readOutline(source).catch((error: unknown) =>
    readingModel(name, (): OnnxOutline => {
      throw error;
    }),
  );
  return readingModel(name, () => plan(source, outline, form));
}

function plan(source: ByteSource, { skeleton, weights }: OnnxOutline, form: QuantizedForm): QuantizedModel {
  const model = parseModel(skeleton);
  if ((model.operatorSets.get('') ?? 0) < 11) throw new MalformedProtobuf('operators older than version 11');
  const uses = findWeightUses(model.graph, weights);
  const quantized = new Map<string, QuantizedWeight>();
  for (const place of weights.values()) {
    const weight = planWeight(place, uses.get(place.name), form);
    if (weight) quantized.set(place.name, weight);
  }
  rewriteGraph(model.graph, quantized);
  model.graph.initializers = model.graph.initializers.filter(({ name }) => !weights.has(name));

  const contents = [...weights.values()].flatMap((place) => {
    const weight = quantized.get(place.name);
    return weight ? [...weight.heads] : [place];
  });
  const heads = new Map(contents.map((content) => [content, initializerHead(content)]));
  const graph = writeGraph(model.graph).join();
  const graphBytes = [...heads].reduce(
    (sum, [{ sizeBytes }, head]) => sum + head.byteLength + sizeBytes,
    graph.byteLength,
  );
  const front = new Message();
  for (const field of model.others) front.encoded(field.encoded);
  if (form === 'q4' && !model.operatorSets.has('com.microsoft')) {
    front.message(OPERATOR_SETS, new Message().string(1, 'com.microsoft').integer(2, 1));
  }
  front.encoded(lengthHead(GRAPH, graphBytes)).encoded(graph);

  async function* bytes(signal: AbortSignal): AsyncGenerator<Uint8Array, void> {
    yield front.join();
    for (const place of weights.values()) {
      signal.throwIfAborted();
      const weight = quantized.get(place.name);
      if (weight) yield* computed(source, weight, heads);
      else {
        yield heads.get(place)!;
        yield* copied(source, place);
      }
    }
  }
  return {
    sizeBytes: front.sizeBytes + graphBytes - graph.byteLength,
    largestWeightBytes: [...weights.values()].reduce((most, { sizeBytes }) => Math.max(most, sizeBytes), 0),
    bytes,
  };
}

async function* computed(
  source: ByteSource,
  { place, heads: [integersHead, scalesHead], compute }: QuantizedWeight,
  heads: ReadonlyMap<InitializerHead, Uint8Array>,
): AsyncGenerator<Uint8Array, void> {
  const values = await source.read(place.offset, place.sizeBytes);
  const { integers, scales } = compute(new Float32Array(values.buffer));
  yield heads.get(integersHead)!;
  yield new Uint8Array(integers.buffer);
  yield heads.get(scalesHead)!;
  yield new Uint8Array(scales.buffer);
}

async function* copied(
  source: ByteSource,
  { offset, sizeBytes }: WeightPlace,
): AsyncGenerator<Uint8Array, void> {
  for (let at = 0; at < sizeBytes; at += PART_BYTES) {
    yield await source.read(offset + at, Math.min(PART_BYTES, sizeBytes - at));
  }
}

/** Everything of an initializer that stands before its content. */
function initializerHead({ name, elementType, shape, sizeBytes }: InitializerHead): Uint8Array {
  const described = new Message().integers(1, shape).integer(2, elementType).string(8, name);
  described.encoded(lengthHead(RAW, sizeBytes));
  const head = new Message().encoded(lengthHead(INITIALIZER, described.sizeBytes + sizeBytes));
  for (const piece of described.pieces) head.encoded(piece);
  return head.join();
}

/** Tag and length of a field whose content follows separately. */
function lengthHead(number: number, length: number): Uint8Array {
  const bytes = [number * 8 + 2];
  let rest = length;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return Uint8Array.of(...bytes, rest);
}
