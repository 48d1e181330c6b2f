/**
 * Matrix products of a decoder as graph nodes, in float or in whole numbers.
 * In: weights as `decoder-weights` found them, names of hidden states. Out: names of products.
 * The decision: exports in int8 quantize activations with one scale per tensor, so that a row of a batch would change
 * with its neighbours (17 % of the characters in a batch of 8, 2026-11-21). Here each row of the batch has a scale of
 * its own, which for one row is the exported arithmetic exactly (DynamicQuantizeLinear, MatMulInteger).
 */
import type { Attention, Linear } from './decoder-weights';
import { createInitializer, type GraphBuilder } from './graph-builder';
import { ElementType, type Initializer, rawBytes } from './onnx-model';
import { MalformedProtobuf } from './protobuf';

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
export type Product =
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

/**
 * Where products find their weights: in the outermost graph, or as a copy in the graph that `outer` builds. ORT packs a
 * constant only for nodes of its own graph and of the next one inside (PrepackConstantInitializedTensors in
 * https://github.com/microsoft/onnxruntime/blob/main/onnxruntime/core/framework/session_state.cc), and a product with an
 * unpacked weight takes 25 to 45 % longer (2026-11-25). Graphs inside cannot have external data of their own, so the
 * copy is a node that ORT folds when the session opens.
 */
export type WeightPlace = 'outermost' | 'copied';

export class ProductGraph {
  readonly #outer: GraphBuilder;
  /** Columns of a query, key or value product. */
  readonly #width: number;
  readonly #place: WeightPlace;

  /** `outer` builds the graph that gets the constants; `width` is the model's. */
  constructor(outer: GraphBuilder, width: number, place: WeightPlace) {
    this.#outer = outer;
    this.#width = width;
    this.#place = place;
  }

  /**
   * Quantizes states for an integer product: DynamicQuantizeLinear's formula, but per row of the batch.
   * https://onnx.ai/onnx/operators/onnx__DynamicQuantizeLinear.html
   */
  quantize(builder: GraphBuilder, states: string, product: Product | undefined): Activation {
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

  /** Only the positions at `indices` (int64 vector). */
  select(builder: GraphBuilder, { states, quantized }: Activation, indices: string): Activation {
    const gather = (from: string) => builder.node('Gather', [from, indices], { axis: 1 });
    if (quantized) return { states, quantized: { ...quantized, states: gather(quantized.states) } };
    return { states: gather(states), quantized };
  }

  /**
   * `[batch, positions, columns]`. The bias by Sum and not by Add: ORT would fuse an Add with the Gelu after it into a
   * kernel that rounds differently from the exported graph's.
   */
  apply(builder: GraphBuilder, { states, quantized }: Activation, product: Product): string {
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

  /** Puts a product's constants into the graph. */
  prepare(linear: Linear): Product {
    const constant = (initializer: Initializer | null) => initializer && this.#outer.use(initializer);
    const { kind, weight } = linear;
    const bias = constant(linear.bias);
    const scale = constant(linear.scale);
    if (kind === 'float') return { kind, weight: this.#toFloat(this.#outer.use(weight), scale), bias };
    const zeroPoint = constant(linear.zeroPoint);
    return this.#integerProduct(weight, scale ?? this.#outer.float32(1), zeroPoint, bias);
  }

  /** Query, key and value as one product: a step reads its input once instead of three times. */
  joined({ query, key, value }: Attention): Product {
    const linears = [query, key, value];
    const builder = this.#outer;
    const weights = linears.map((linear) => linear.weight);
    const weight = joinWeights(builder.fresh('weight'), weights);
    const join = (part: 'bias' | 'scale', ifNone: () => string) =>
      this.#joinColumns(
        linears.map((linear) => linear[part]),
        ifNone,
      );
    const bias = join('bias', () => builder.float32(0));
    const scale = query.scale && join('scale', () => builder.float32(1));
    if (query.kind === 'float') {
      return { kind: 'float', weight: this.#toFloat(builder.use(weight), scale), bias };
    }
    const zeroPoints = linears.flatMap((linear) => (linear.kind === 'integer' ? [linear.zeroPoint] : []));
    const none = () => (weight.elementType === ElementType.uint8 ? builder.uint8(0) : builder.int8(0));
    const zeroPoint = zeroPoints.some((constant) => constant !== null)
      ? this.#joinColumns(zeroPoints, none)
      : null;
    return this.#integerProduct(weight, scale ?? builder.float32(1), zeroPoint, bias);
  }

  /** An int8 weight in float32: two nodes, which ORT folds when the session opens. */
  #toFloat(weight: string, scale: string | null): string {
    if (scale === null) return this.#here(weight);
    const wide = this.#outer.node('Cast', [weight], { to: ElementType.float32 });
    return this.#outer.node('Mul', [wide, scale]);
  }

  #here(weight: string): string {
    return this.#place === 'copied' ? this.#outer.node('Concat', [weight], { axis: 0 }) : weight;
  }

  /** Constants, each one number or one per column, as one vector of one per column. */
  #joinColumns(constants: readonly (Initializer | null)[], ifNone: () => string): string {
    const builder = this.#outer;
    const width = builder.int64([this.#width]);
    const vectors = constants.map((constant) => {
      if (!constant) return builder.node('Expand', [ifNone(), width]);
      const flat = builder.node('Reshape', [builder.use(constant), builder.int64([-1])]);
      return constant.shape.every((size) => size === 1) ? builder.node('Expand', [flat, width]) : flat;
    });
    return builder.node('Concat', vectors, { axis: 0 });
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
      weight: this.#here(builder.use(weight)),
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

function joinWeights(name: string, weights: readonly Initializer[]): Initializer {
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
