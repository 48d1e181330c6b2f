/**
 * One pass of a Whisper decoder as graph nodes, for a whole prompt or for one token.
 * In: the weights that `decoder-weights` found, names of token ids and caches. Out: names of hidden states and caches.
 * The decision: exported step graphs spend half their nodes on shapes that a decoder of one token has fixed, and
 * quantize activations with one scale per tensor, so that a row of a batch would change with its neighbours. These
 * nodes have constant shapes, one product for query, key and value, and a scale per row of the batch, which for one
 * row is the exported arithmetic exactly (DynamicQuantizeLinear, MatMulInteger).
 */
import type {
  Attention,
  DecoderLayer,
  DecoderWeights,
  Embedding,
  Linear,
  Normalization,
} from './decoder-weights';
import { createInitializer, type GraphBuilder } from './graph-builder';
import { ElementType, type Initializer, rawBytes } from './onnx-model';
import { MalformedProtobuf } from './protobuf';

/** Added to a logit or a score to rule it out; finite, so that a row of nothing else gives no NaN. */
export const RULED_OUT = -1e30;

/**
 * Keys and values of one layer, `[batch, heads, positions, width / heads]`; the keys of cross-attention with the last
 * two axes swapped, which the product with one query reads 2.5 times as fast (2026-11-21, 1500 positions).
 */
export interface KeyValue {
  readonly key: string;
  readonly value: string;
}

/** Hidden states `[batch, positions, width]`; for integer products also as 8-bit numbers. */
export interface Activation {
  readonly states: string;
  readonly quantized: {
    /** uint8, as `states` */
    readonly states: string;
    /** float32 `[batch, 1, 1]` */
    readonly scale: string;
    /** int32 `[batch, 1, 1]` */
    readonly zeroPoint: string;
  } | null;
}

/** A Linear whose constants are in the graph. `bias` null where there is none. */
type Product =
  | { kind: 'float'; weight: string; bias: string | null }
  | {
      kind: 'integer';
      weight: string;
      scale: string;
      /** '' for zero. */
      zeroPoint: string;
      /** int32 `[columns]`: sums of the weight's columns, zero point taken off. */
      columnSums: string;
      bias: string | null;
    };

interface PreparedLayer {
  readonly layer: DecoderLayer;
  readonly selfInput: Product;
  readonly selfOutput: Product;
  readonly crossQuery: Product;
  readonly crossKey: Product;
  readonly crossValue: Product;
  readonly crossOutput: Product;
  readonly expand: Product;
  readonly contract: Product;
}

export interface PassInputs {
  /** int64 `[batch, positions]` */
  readonly tokens: string;
  /** float32 `[positions, width]` */
  readonly positionEmbeddings: string;
  /** Per layer; null for a prompt, which has no past. */
  readonly past: readonly KeyValue[] | null;
  readonly cross: readonly KeyValue[];
  /** float32, added to cross-attention scores `[batch, heads, positions, encoder positions]` */
  readonly crossMask: string;
  /** float32 `[positions, positions]`, added to self-attention scores; null for one token. */
  readonly causalMask: string | null;
}

export class DecoderGraph {
  readonly #outer: GraphBuilder;
  readonly #weights: DecoderWeights;
  readonly #layers: readonly PreparedLayer[];
  readonly #head: Product;

  /** `outer` builds the outermost graph, which gets the constants. */
  constructor(outer: GraphBuilder, weights: DecoderWeights) {
    this.#outer = outer;
    this.#weights = weights;
    this.#layers = weights.layers.map((layer) => this.#prepareLayer(layer));
    this.#head = this.#prepare(weights.head);
  }

  /** Cross-attention's keys and values of encoder states `[batch, positions, width]`, per layer. */
  crossAttentionCache(builder: GraphBuilder, encoderStates: string): KeyValue[] {
    const states = this.#activation(builder, encoderStates, this.#layers[0]?.crossKey);
    return this.#layers.map(({ crossKey, crossValue }) => ({
      key: this.#transposedHeads(builder, this.#apply(builder, states, crossKey)),
      value: this.#heads(builder, this.#apply(builder, states, crossValue), 1),
    }));
  }

  /** Normalized hidden states of the last layer, ready for `logits`, and the caches with these positions appended. */
  pass(builder: GraphBuilder, inputs: PassInputs): { hidden: Activation; present: KeyValue[] } {
    const tokenEmbeddings = this.#lookUp(builder, this.#weights.tokens, inputs.tokens);
    let residual = builder.node('Add', [tokenEmbeddings, inputs.positionEmbeddings]);
    const present: KeyValue[] = [];
    for (const [index, prepared] of this.#layers.entries()) {
      const self = this.#selfAttention(builder, residual, prepared, inputs, inputs.past?.[index]);
      present.push(self.present);
      residual = builder.node('Sum', [residual, self.output]);
      residual = builder.node('Add', [
        residual,
        this.#crossAttention(builder, residual, prepared, inputs, index),
      ]);
      residual = builder.node('Sum', [residual, this.#feedForward(builder, residual, prepared)]);
    }
    const normalized = this.#normalize(builder, residual, this.#weights.normalization);
    return { hidden: this.#activation(builder, normalized, this.#head), present };
  }

  /** `[batch, positions, vocabulary]`; `bias` a vector over the vocabulary to be added, or null. */
  logits(builder: GraphBuilder, hidden: Activation, bias: string | null): string {
    return this.#apply(builder, hidden, { ...this.#head, bias });
  }

  /** Only the positions at `indices` (int64 vector). */
  select(builder: GraphBuilder, { states, quantized }: Activation, indices: string): Activation {
    const gather = (from: string) => builder.node('Gather', [from, indices], { axis: 1 });
    if (quantized) return { states, quantized: { ...quantized, states: gather(quantized.states) } };
    return { states: gather(states), quantized };
  }

  /** Rows of the positional table: float32 `[positions, width]` for an int64 vector of positions. */
  positionEmbeddings(builder: GraphBuilder, positions: string): string {
    return this.#lookUp(builder, this.#weights.positions, positions);
  }

  #selfAttention(
    builder: GraphBuilder,
    residual: string,
    { layer, selfInput, selfOutput }: PreparedLayer,
    { causalMask }: PassInputs,
    past: KeyValue | undefined,
  ): { output: string; present: KeyValue } {
    const normalized = this.#normalize(builder, residual, layer.selfAttentionNormalization);
    const joined = this.#apply(builder, this.#activation(builder, normalized, selfInput), selfInput);
    const [query, key, value] = ['query', 'key', 'value'].map((part) => builder.fresh(part)) as [
      string,
      string,
      string,
    ];
    const heads = this.#heads(builder, joined, 3, past !== undefined);
    const parts = builder.int64([1, 1, 1].map((part) => part * this.#weights.heads));
    builder.nodeWithOutputs('Split', [heads, parts], [query, key, value], { axis: 1 });
    const append = (before: string | undefined, now: string) =>
      before === undefined ? now : builder.node('Concat', [before, now], { axis: 2 });
    const present = { key: append(past?.key, key), value: append(past?.value, value) };
    const scores = builder.node('com.microsoft:FusedMatMul', [this.#scale(builder, query), present.key], {
      transB: 1,
    });
    const context = this.#attend(builder, scores, causalMask, present.value);
    return { output: this.#project(builder, context, selfOutput, past !== undefined), present };
  }

  #crossAttention(
    builder: GraphBuilder,
    residual: string,
    { layer, crossQuery, crossOutput }: PreparedLayer,
    { cross, crossMask, past }: PassInputs,
    index: number,
  ): string {
    const keyValue = cross[index];
    if (!keyValue) throw new RangeError(`no cross-attention cache for layer ${index}`);
    const normalized = this.#normalize(builder, residual, layer.crossAttentionNormalization);
    const projected = this.#apply(builder, this.#activation(builder, normalized, crossQuery), crossQuery);
    const query = this.#heads(builder, projected, 1, past !== null);
    const scores = builder.node('MatMul', [this.#scale(builder, query), keyValue.key]);
    const context = this.#attend(builder, scores, crossMask, keyValue.value);
    return this.#project(builder, context, crossOutput, past !== null);
  }

  #feedForward(builder: GraphBuilder, residual: string, { layer, expand, contract }: PreparedLayer): string {
    const normalized = this.#normalize(builder, residual, layer.finalNormalization);
    const expanded = this.#apply(builder, this.#activation(builder, normalized, expand), expand);
    const activated = builder.node('com.microsoft:Gelu', [expanded]);
    return this.#apply(builder, this.#activation(builder, activated, contract), contract);
  }

  /** Attention's context `[batch, heads, positions, width / heads]` from scores `[batch, heads, positions, keys]`. */
  #attend(builder: GraphBuilder, products: string, mask: string | null, value: string): string {
    const scores = mask === null ? products : builder.node('Sum', [products, mask]);
    return builder.node('MatMul', [builder.node('Softmax', [scores], { axis: -1 }), value]);
  }

  /**
   * Queries divided by the root of their width. By a vector and not by a number, which ONNX Runtime would move into
   * the matrix product, where it keeps the fast kernel for one row from being used.
   */
  #scale(builder: GraphBuilder, query: string): string {
    const size = this.#weights.width / this.#weights.heads;
    return builder.node('Mul', [query, builder.float32(Array<number>(size).fill(1 / Math.sqrt(size)))]);
  }

  /** `[batch, positions, groups × width]` → `[batch, groups × heads, positions, width / heads]` */
  #heads(builder: GraphBuilder, states: string, groups: number, isOnePosition = false): string {
    const { width, heads } = this.#weights;
    const count = groups * heads;
    if (isOnePosition) return builder.node('Reshape', [states, builder.int64([0, count, 1, width / heads])]);
    const apart = builder.node('Reshape', [states, builder.int64([0, 0, count, width / heads])]);
    return builder.node('Transpose', [apart], { perm: [0, 2, 1, 3] });
  }

  /** `[batch, positions, width]` → `[batch, heads, width / heads, positions]` */
  #transposedHeads(builder: GraphBuilder, states: string): string {
    const { width, heads } = this.#weights;
    const apart = builder.node('Reshape', [states, builder.int64([0, 0, heads, width / heads])]);
    return builder.node('Transpose', [apart], { perm: [0, 2, 3, 1] });
  }

  /** Heads side by side again, then an attention's output product. */
  #project(builder: GraphBuilder, context: string, output: Product, isOnePosition: boolean): string {
    const { width } = this.#weights;
    const joined = isOnePosition
      ? builder.node('Reshape', [context, builder.int64([0, 1, width])])
      : builder.node('Reshape', [
          builder.node('Transpose', [context], { perm: [0, 2, 1, 3] }),
          builder.int64([0, 0, width]),
        ]);
    return this.#apply(builder, this.#activation(builder, joined, output), output);
  }

  #normalize(builder: GraphBuilder, states: string, { weight, bias }: Normalization): string {
    const epsilon = { float: 1e-5 };
    const constants = [this.#outer.use(weight), this.#outer.use(bias)];
    return builder.node('LayerNormalization', [states, ...constants], { axis: -1, epsilon });
  }

  #lookUp(builder: GraphBuilder, { table, rowScale, quantization }: Embedding, indices: string): string {
    const rows = builder.node('Gather', [this.#outer.use(table), indices], { axis: 0 });
    if (rowScale) {
      const scales = builder.node('Gather', [this.#outer.use(rowScale), indices], { axis: 0 });
      return builder.node('Mul', [builder.node('Cast', [rows], { to: ElementType.float32 }), scales]);
    }
    if (!quantization) return rows;
    const { scale, zeroPoint } = quantization;
    return builder.node('DequantizeLinear', [rows, this.#outer.use(scale), this.#outer.use(zeroPoint)]);
  }

  /**
   * Quantizes states for an integer product: DynamicQuantizeLinear's formula, but per row of the batch.
   * https://onnx.ai/onnx/operators/onnx__DynamicQuantizeLinear.html
   */
  #activation(builder: GraphBuilder, states: string, product: Product | undefined): Activation {
    if (product?.kind !== 'integer') return { states, quantized: null };
    const rest = builder.int64([1, 2]);
    const zero = builder.float32(0);
    const least = builder.node('Min', [builder.node('ReduceMin', [states, rest], { keepdims: 0 }), zero]);
    const most = builder.node('Max', [builder.node('ReduceMax', [states, rest], { keepdims: 0 }), zero]);
    const range = builder.node('Div', [builder.node('Sub', [most, least]), builder.float32(255)]);
    const scale = builder.node('Max', [range, builder.float32(1e-30)]);
    const zeroPoint = builder.node('QuantizeLinear', [builder.node('Neg', [least]), scale], { axis: 0 });
    const quantized = builder.node('QuantizeLinear', [states, scale, zeroPoint], { axis: 0 });
    const wide = builder.node('Cast', [zeroPoint], { to: ElementType.int32 });
    return {
      states,
      quantized: {
        states: quantized,
        scale: builder.node('Unsqueeze', [scale, rest]),
        zeroPoint: builder.node('Unsqueeze', [wide, rest]),
      },
    };
  }

  #apply(builder: GraphBuilder, { states, quantized }: Activation, product: Product): string {
    const withBias = (result: string) =>
      product.bias === null ? result : builder.node('Sum', [result, product.bias]);
    if (product.kind === 'float') return withBias(builder.node('MatMul', [states, product.weight]));
    if (!quantized) throw new TypeError('an integer product of states that are not quantized');
    const zeroPoint = product.zeroPoint === '' ? [] : ['', product.zeroPoint];
    const sums = builder.node('MatMulInteger', [quantized.states, product.weight, ...zeroPoint]);
    const shift = builder.node('Mul', [quantized.zeroPoint, product.columnSums]);
    const shifted = builder.node('Cast', [builder.node('Sub', [sums, shift])], { to: ElementType.float32 });
    return withBias(builder.node('Mul', [shifted, builder.node('Mul', [quantized.scale, product.scale])]));
  }

  #prepareLayer(layer: DecoderLayer): PreparedLayer {
    const { selfAttention, crossAttention } = layer;
    return {
      layer,
      selfInput: this.#prepareJoined(selfAttention),
      selfOutput: this.#prepare(selfAttention.output),
      crossQuery: this.#prepare(crossAttention.query),
      crossKey: this.#prepare(crossAttention.key),
      crossValue: this.#prepare(crossAttention.value),
      crossOutput: this.#prepare(crossAttention.output),
      expand: this.#prepare(layer.expand),
      contract: this.#prepare(layer.contract),
    };
  }

  #prepare(linear: Linear): Product {
    const constant = (initializer: Initializer | null) => initializer && this.#outer.use(initializer);
    const { kind, weight } = linear;
    const bias = constant(linear.bias);
    const scale = constant(linear.scale);
    if (kind === 'float') return { kind, weight: this.#toFloat(this.#outer.use(weight), scale), bias };
    const zeroPoint = constant(linear.zeroPoint);
    return this.#integerProduct(weight, scale ?? this.#outer.float32(1), zeroPoint, bias);
  }

  /** Query, key and value as one product: a step reads its input once instead of three times. */
  #prepareJoined({ query, key, value }: Attention): Product {
    const linears = [query, key, value];
    const builder = this.#outer;
    const weights = linears.map((linear) => linear.weight);
    const weight = joinColumns(builder.fresh('weight'), weights);
    const join = (constants: (Initializer | null)[], ifNone: string) =>
      builder.node(
        'Concat',
        constants.map((constant) => this.#perColumn(constant, ifNone)),
        { axis: 0 },
      );
    const bias = join(
      linears.map((linear) => linear.bias),
      builder.float32(0),
    );
    const scale =
      query.scale &&
      join(
        linears.map((linear) => linear.scale),
        builder.float32(1),
      );
    if (query.kind === 'float')
      return { kind: 'float', weight: this.#toFloat(builder.use(weight), scale), bias };
    const zeroPoints = linears.flatMap((linear) => (linear.kind === 'integer' ? [linear.zeroPoint] : []));
    const none = weight.elementType === ElementType.uint8 ? builder.uint8(0) : builder.int8(0);
    const zeroPoint = zeroPoints.some((constant) => constant !== null) ? join(zeroPoints, none) : null;
    return this.#integerProduct(weight, scale ?? builder.float32(1), zeroPoint, bias);
  }

  /** An int8 weight in float32: two nodes of the outermost graph, which ORT folds when the session opens. */
  #toFloat(weight: string, scale: string | null): string {
    if (scale === null) return weight;
    const wide = this.#outer.node('Cast', [weight], { to: ElementType.float32 });
    return this.#outer.node('Mul', [wide, scale]);
  }

  /** A constant as a vector of one number per column of a product of the model's width. */
  #perColumn(constant: Initializer | null, ifNone: string): string {
    const builder = this.#outer;
    const width = builder.int64([this.#weights.width]);
    if (!constant) return builder.node('Expand', [ifNone, width]);
    const isOne = constant.shape.every((size) => size === 1);
    const flat = builder.node('Reshape', [builder.use(constant), builder.int64([-1])]);
    return isOne ? builder.node('Expand', [flat, width]) : flat;
  }

  /** With what a zero point of the activation adds to each column, to be taken off again: constants, folded at load. */
  #integerProduct(
    weight: Initializer,
    scale: string,
    zeroPoint: string | null,
    bias: string | null,
  ): Product {
    const builder = this.#outer;
    const [rows = 0] = weight.shape;
    const sums = builder.int32Vector(sumColumns(weight));
    const product = {
      kind: 'integer',
      weight: builder.use(weight),
      scale,
      zeroPoint: zeroPoint ?? '',
      bias,
    } as const;
    if (zeroPoint === null) return { ...product, columnSums: sums };
    const wide = builder.node('Cast', [zeroPoint], { to: ElementType.int32 });
    const shift = builder.node('Mul', [wide, builder.int32(rows)]);
    return { ...product, columnSums: builder.node('Sub', [sums, shift]) };
  }
}

/** The values of a tensor that has them as raw bytes; typed fields of weights do not occur in exports. */
function bytesOf(weight: Initializer): Uint8Array {
  const bytes = rawBytes(weight);
  if (!bytes) throw new MalformedProtobuf(`the values of ${weight.name} are not in the file`);
  const elementBytes = weight.elementType === ElementType.float32 ? 4 : 1;
  const expected = weight.shape.reduce((product, size) => product * size, elementBytes);
  if (bytes.length !== expected)
    throw new MalformedProtobuf(`${weight.name} has ${bytes.length} bytes, not ${expected}`);
  return bytes;
}

function joinColumns(name: string, weights: readonly Initializer[]): Initializer {
  const [first] = weights;
  const rows = first?.shape[0] ?? 0;
  const columns = weights.map(({ shape }) => shape[1] ?? 0);
  const all = columns.reduce((sum, count) => sum + count, 0);
  const elementType = first?.elementType ?? ElementType.float32;
  if (weights.some((weight) => weight.shape[0] !== rows || weight.elementType !== elementType)) {
    throw new MalformedProtobuf('query, key and value have weights of different kinds');
  }
  const elementBytes = elementType === ElementType.float32 ? 4 : 1;
  const joined = new Uint8Array(rows * all * elementBytes);
  let left = 0;
  for (const [index, weight] of weights.entries()) {
    const bytes = bytesOf(weight);
    const length = (columns[index] ?? 0) * elementBytes;
    for (let row = 0; row < rows; row++) {
      joined.set(bytes.subarray(row * length, (row + 1) * length), row * all * elementBytes + left);
    }
    left += length;
  }
  return createInitializer(name, elementType, [rows, all], joined);
}

function sumColumns(weight: Initializer): Int32Array<ArrayBuffer> {
  const bytes = bytesOf(weight);
  const [rows = 0, columns = 0] = weight.shape;
  const values =
    weight.elementType === ElementType.int8
      ? new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length)
      : bytes;
  const sums = new Int32Array(columns);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, at++) sums[column]! += values[at]!;
  }
  return sums;
}
