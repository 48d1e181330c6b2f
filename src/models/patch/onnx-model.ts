/**
 * ONNX models as something to edit: graph, nodes, initializers, inputs and outputs.
 * In: the bytes of a ModelProto. Out: a tree of views into them, and a model's bytes again.
 * The decision: only what an edit looks at is parsed. Weights stay views, what has not been changed is written as it
 * stood, and fields unknown here pass through, so that parsing and writing an exported model gives its own bytes.
 * Field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
import { LonghandError } from '../../lib/errors';
import {
  type Field,
  MalformedProtobuf,
  Message,
  readFields,
  readInt64,
  readRepeatedInt64,
  readString,
  Wire,
} from './protobuf';

/** TensorProto.DataType, the ones that occur in Whisper exports. */
export const ElementType = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
} as const;

export interface Model {
  graph: Graph;
  /** Version of the operator set by domain; the standard one's domain is ''. */
  readonly operatorSets: ReadonlyMap<string, number>;
  /** ModelProto's other fields, as they stood. */
  readonly others: readonly Field[];
}

export interface Graph {
  nodes: GraphNode[];
  initializers: Initializer[];
  inputs: ValueDescription[];
  outputs: ValueDescription[];
  /** Shapes of inner values: hints, which an edit may have to drop. */
  valueDescriptions: Uint8Array[];
  readonly others: readonly Field[];
}

export interface GraphNode {
  readonly operator: string;
  /** In exports by PyTorch the module's path: `/model/decoder/layers.0/fc1/MatMul`. */
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** AttributeProto messages by name. */
  readonly attributes: ReadonlyMap<string, Uint8Array>;
  /** NodeProto, when it was read and not built. */
  readonly encoded: Uint8Array;
}

export interface Initializer {
  readonly name: string;
  readonly elementType: number;
  readonly shape: readonly number[];
  /** TensorProto; the weights stay where they are. */
  readonly encoded: Uint8Array | Message;
}

/** A graph's input or output. A dimension is its size or its name; '' where the model says nothing. */
export interface ValueDescription {
  readonly name: string;
  readonly elementType: number;
  readonly shape: readonly (number | string)[];
  readonly encoded: Uint8Array | Message;
}

/** Runs what reads model bytes; anything malformed in them becomes `speech/model-invalid`. */
export function readingModel<T>(model: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof MalformedProtobuf)) throw error;
    throw new LonghandError('speech/model-invalid', { model, detail: error.message }, { cause: error });
  }
}

export function parseModel(bytes: Uint8Array): Model {
  const fields = readFields(bytes);
  const operatorSets = new Map<string, number>();
  for (const { content } of lengthFields(fields, 8)) {
    const set = readFields(content);
    operatorSets.set(stringField(set, 1), integerField(set, 2));
  }
  const graph = lengthFields(fields, 7)[0];
  if (graph === undefined) throw new MalformedProtobuf('no graph in the model');
  return {
    graph: parseGraph(graph.content),
    operatorSets,
    others: fields.filter(({ number }) => number !== 7),
  };
}

export function parseGraph(bytes: Uint8Array): Graph {
  const fields = readFields(bytes);
  const known = new Set([1, 5, 11, 12, 13]);
  return {
    nodes: lengthFields(fields, 1).map(({ content }) => parseNode(content)),
    initializers: lengthFields(fields, 5).map(({ content }) => parseInitializer(content)),
    inputs: lengthFields(fields, 11).map(({ content }) => parseValueDescription(content)),
    outputs: lengthFields(fields, 12).map(({ content }) => parseValueDescription(content)),
    valueDescriptions: lengthFields(fields, 13).map(({ content }) => content),
    others: fields.filter(({ number }) => !known.has(number)),
  };
}

/** The graph in an attribute of If, Loop or Scan; undefined where there is none. */
export function subgraph(node: GraphNode, attribute: string): Graph | undefined {
  const encoded = node.attributes.get(attribute);
  const graph = encoded && lengthFields(readFields(encoded), 6)[0];
  return graph && parseGraph(graph.content);
}

/** The TensorProto in a node's attribute, as Constant has it. */
export function tensorAttribute(node: GraphNode, attribute: string): Initializer | undefined {
  const encoded = node.attributes.get(attribute);
  const tensor = encoded && lengthFields(readFields(encoded), 5)[0];
  return tensor && parseInitializer(tensor.content);
}

export function writeModel(model: Model): Message {
  const graph = { number: 7, write: (message: Message) => message.message(7, writeGraph(model.graph)) };
  return inFieldOrder([...model.others.map(asItStood), graph]);
}

/** Fields in ascending order of number, as every serializer writes them: so unchanged graphs keep their bytes. */
export function writeGraph(graph: Graph): Message {
  const list = (number: number, contents: readonly (Uint8Array | Message)[]) =>
    contents.map((content) => ({
      number,
      write: (message: Message) =>
        content instanceof Message ? message.message(number, content) : message.bytes(number, content),
    }));
  const encodings = (items: readonly { encoded: Uint8Array | Message }[]) =>
    items.map(({ encoded }) => encoded);
  return inFieldOrder([
    ...graph.others.map(asItStood),
    ...list(1, encodings(graph.nodes)),
    ...list(5, encodings(graph.initializers)),
    ...list(11, encodings(graph.inputs)),
    ...list(12, encodings(graph.outputs)),
    ...list(13, graph.valueDescriptions),
  ]);
}

interface WritableField {
  readonly number: number;
  write(message: Message): unknown;
}

const asItStood = ({ number, encoded }: Field): WritableField => ({
  number,
  write: (message) => message.encoded(encoded),
});

function inFieldOrder(fields: WritableField[]): Message {
  const message = new Message();
  for (const field of fields.sort((a, b) => a.number - b.number)) field.write(message);
  return message;
}

function parseNode(encoded: Uint8Array): GraphNode {
  const fields = readFields(encoded);
  const attributes = new Map<string, Uint8Array>();
  for (const { content } of lengthFields(fields, 5))
    attributes.set(stringField(readFields(content), 1), content);
  return {
    operator: stringField(fields, 4),
    name: stringField(fields, 3),
    inputs: lengthFields(fields, 1).map(({ content }) => readString(content)),
    outputs: lengthFields(fields, 2).map(({ content }) => readString(content)),
    attributes,
    encoded,
  };
}

/** The same node reading other values. */
export function withInputs(node: GraphNode, inputs: readonly string[]): GraphNode {
  const message = new Message();
  for (const input of inputs) message.string(1, input);
  for (const field of readFields(node.encoded)) if (field.number !== 1) message.encoded(field.encoded);
  return { ...node, inputs, encoded: message.join() };
}

function parseInitializer(encoded: Uint8Array): Initializer {
  const fields = readFields(encoded);
  const shape = readRepeatedInt64(fields.filter(({ number }) => number === 1)).map(Number);
  return { name: stringField(fields, 8), elementType: integerField(fields, 2), shape, encoded };
}

/** A tensor's values as bytes, little endian; undefined where they are not kept so (typed fields, another file). */
export function rawBytes({ encoded }: Initializer): Uint8Array | undefined {
  const bytes = encoded instanceof Message ? encoded.join() : encoded;
  return lengthFields(readFields(bytes), 9)[0]?.content;
}

function parseValueDescription(encoded: Uint8Array): ValueDescription {
  const fields = readFields(encoded);
  const tensor = nestedFields(nestedFields(fields, 2), 1);
  const shape = lengthFields(nestedFields(tensor, 2), 1).map(({ content }) => {
    const dimension = readFields(content);
    const isSize = dimension.some(({ number }) => number === 1);
    return isSize ? integerField(dimension, 1) : stringField(dimension, 2);
  });
  return { name: stringField(fields, 1), elementType: integerField(tensor, 1), shape, encoded };
}

/** A description of a tensor value, to be put among a graph's inputs or outputs. */
export function describeTensor(
  name: string,
  elementType: number,
  shape: readonly (number | string)[],
): ValueDescription {
  const shapeMessage = new Message();
  for (const size of shape) {
    const dimension = new Message();
    if (typeof size === 'number') dimension.integer(1, size);
    else if (size !== '') dimension.string(2, size);
    shapeMessage.message(1, dimension);
  }
  const tensor = new Message().integer(1, elementType).message(2, shapeMessage);
  const encoded = new Message().string(1, name).message(2, new Message().message(1, tensor));
  return { name, elementType, shape, encoded };
}

const lengthFields = (fields: readonly Field[], number: number): Field[] =>
  fields.filter((field) => field.number === number && field.wire === Wire.length);

/** The last one counts, as protobuf has it for a field that may stand once. */
function nestedFields(fields: readonly Field[], number: number): Field[] {
  const field = lengthFields(fields, number).at(-1);
  return field ? readFields(field.content) : [];
}

function stringField(fields: readonly Field[], number: number): string {
  const field = lengthFields(fields, number).at(-1);
  return field ? readString(field.content) : '';
}

function integerField(fields: readonly Field[], number: number): number {
  const field = fields.findLast((candidate) => candidate.number === number && candidate.wire === Wire.varint);
  return field ? Number(readInt64(field.content)) : 0;
}
