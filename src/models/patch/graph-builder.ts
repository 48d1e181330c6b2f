/**
 * New nodes and constants for a graph under construction.
 * In: operators, inputs, attributes. Out: GraphNode and Initializer, ready to be put into a Graph.
 * The decision: a builder hands out the names of results, so that graph code reads like arithmetic.
 */
import { ElementType, type Graph, type GraphNode, type Initializer, writeGraph } from './onnx-model';
import { Message } from './protobuf';

export type Attribute =
  number | string | readonly number[] | { readonly float: number } | { readonly graph: Graph };

/** AttributeProto.AttributeType */
const AttributeType = { float: 1, integer: 2, string: 3, graph: 5, integers: 7 } as const;

const CONTRIBUTED = 'com.microsoft';

/** Collects nodes and constants whose names all begin with `prefix`, so that they meet no name of the model. */
export class GraphBuilder {
  readonly nodes: GraphNode[] = [];
  /** Constants live in the outermost graph, so builders of subgraphs share this list. */
  readonly initializers: Initializer[];
  readonly #prefix: string;
  readonly #names: { count: number; constants: Map<string, string>; used: Set<string> };

  constructor(prefix: string, outer?: GraphBuilder) {
    this.#prefix = prefix;
    this.initializers = outer?.initializers ?? [];
    this.#names = outer ? outer.#names : { count: 0, constants: new Map(), used: new Set() };
  }

  /** Adds a node and gives the names of its results: one, unless `outputs` says otherwise. */
  node(operator: string, inputs: readonly string[], attributes: Record<string, Attribute> = {}): string {
    const output = this.#name(operator.replace(`${CONTRIBUTED}:`, ''));
    this.nodeWithOutputs(operator, inputs, [output], attributes);
    return output;
  }

  /** As `node`, with results that the caller names; '' leaves an optional one out. */
  nodeWithOutputs(
    operator: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: Record<string, Attribute> = {},
  ): void {
    this.nodes.push(createNode(operator, inputs, outputs, attributes));
  }

  /** A name no other value has. */
  fresh(meaning: string): string {
    return this.#name(meaning);
  }

  int64(values: number | readonly number[]): string {
    const list = typeof values === 'number' ? [values] : values;
    return this.#constant(
      ElementType.int64,
      values,
      new Uint8Array(BigInt64Array.from(list.map(BigInt)).buffer),
    );
  }

  float32(values: number | readonly number[]): string {
    const list = typeof values === 'number' ? [values] : values;
    return this.#constant(ElementType.float32, values, new Uint8Array(Float32Array.from(list).buffer));
  }

  int32(value: number): string {
    return this.#constant(ElementType.int32, value, new Uint8Array(Int32Array.of(value).buffer));
  }

  /** A vector that is not looked for among the constants there are. */
  int32Vector(values: Int32Array<ArrayBuffer>): string {
    const name = this.#name('constant');
    this.use(createInitializer(name, ElementType.int32, [values.length], new Uint8Array(values.buffer)));
    return name;
  }

  int8(value: number): string {
    return this.#constant(ElementType.int8, value, Uint8Array.of(value));
  }

  uint8(value: number): string {
    return this.#constant(ElementType.uint8, value, Uint8Array.of(value));
  }

  /** Puts an initializer into the graph, once, and gives its name. */
  use(initializer: Initializer): string {
    const { used } = this.#names;
    if (!used.has(initializer.name)) this.initializers.push(initializer);
    used.add(initializer.name);
    return initializer.name;
  }

  #constant(elementType: number, values: number | readonly number[], bytes: Uint8Array): string {
    const key = `${elementType}:${JSON.stringify(values)}`;
    const known = this.#names.constants.get(key);
    if (known !== undefined) return known;
    const name = this.#name('constant');
    this.#names.constants.set(key, name);
    this.initializers.push(
      createInitializer(name, elementType, typeof values === 'number' ? [] : [values.length], bytes),
    );
    return name;
  }

  #name(meaning: string): string {
    return `${this.#prefix}/${meaning}_${this.#names.count++}`;
  }
}

/** `bytes` little endian, as ORT's hosts are. */
export function createInitializer(
  name: string,
  elementType: number,
  shape: readonly number[],
  bytes: Uint8Array,
): Initializer {
  const encoded = new Message().integers(1, shape).integer(2, elementType).string(8, name).bytes(9, bytes);
  return { name, elementType, shape, encoded };
}

/** An operator `com.microsoft:X` is one of ONNX Runtime's own. */
export function createNode(
  operator: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Record<string, Attribute> = {},
): GraphNode {
  const [type, domain] = operator.startsWith(`${CONTRIBUTED}:`)
    ? [operator.slice(CONTRIBUTED.length + 1), CONTRIBUTED]
    : [operator, ''];
  const message = new Message();
  for (const input of inputs) message.string(1, input);
  for (const output of outputs) message.string(2, output);
  message.string(3, outputs[0] ?? '').string(4, type);
  const encodedAttributes = new Map<string, Uint8Array>();
  for (const [name, value] of Object.entries(attributes)) {
    const attribute = encodeAttribute(name, value).join();
    encodedAttributes.set(name, attribute);
    message.bytes(5, attribute);
  }
  if (domain !== '') message.string(7, domain);
  const encoded = message.join();
  return { operator: type, name: outputs[0] ?? '', inputs, outputs, attributes: encodedAttributes, encoded };
}

function encodeAttribute(name: string, value: Attribute): Message {
  const message = new Message().string(1, name);
  if (typeof value === 'number') return message.integer(3, value).integer(20, AttributeType.integer);
  if (typeof value === 'string') return message.string(4, value).integer(20, AttributeType.string);
  if ('float' in value) return message.float32(2, value.float).integer(20, AttributeType.float);
  if ('graph' in value) return message.message(6, writeGraph(value.graph)).integer(20, AttributeType.graph);
  return message.integers(8, value).integer(20, AttributeType.integers);
}
