/**
 * One pass of a Whisper decoder as graph nodes, for a whole prompt or for one token.
 * In: the weights that `decoder-weights` found, names of token ids and caches. Out: names of hidden states and caches.
 * The decision: exported step graphs spend half their nodes on shapes that a decoder of one token has fixed. These
 * nodes have constant shapes and one product for query, key and value.
 */
import type { DecoderLayer, DecoderWeights, Embedding, Normalization } from './decoder-weights';
import type { GraphBuilder } from './graph-builder';
import { ElementType } from './onnx-model';
import { type Activation, type Product, ProductGraph, type WeightPlace } from './product-graph';

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
  /** float32, added to cross-attention scores `[batch, heads, positions, encoder positions]`; null for no mask. */
  readonly crossMask: string | null;
  /** float32 `[positions, positions]`, added to self-attention scores; null for one token. */
  readonly causalMask: string | null;
}

export class DecoderGraph {
  readonly #outer: GraphBuilder;
  readonly #weights: DecoderWeights;
  readonly #products: ProductGraph;
  readonly #layers: readonly PreparedLayer[];
  readonly #head: Product;

  /** Passes are built in `outer` or in a graph inside it; `place`: see `ProductGraph`. */
  constructor(outer: GraphBuilder, weights: DecoderWeights, place: WeightPlace = 'outermost') {
    this.#outer = outer;
    this.#weights = weights;
    this.#products = new ProductGraph(outer, weights.width, place);
    this.#layers = weights.layers.map((layer) => this.#prepareLayer(layer));
    this.#head = this.#products.prepare(weights.head);
  }

  /** Cross-attention's keys and values of encoder states `[batch, positions, width]`, per layer. */
  crossAttentionCache(builder: GraphBuilder, encoderStates: string): KeyValue[] {
    const states = this.#products.quantize(builder, encoderStates, this.#layers[0]?.crossKey);
    return this.#layers.map(({ crossKey, crossValue }) => ({
      key: this.#transposedHeads(builder, this.#products.apply(builder, states, crossKey)),
      value: this.#heads(builder, this.#products.apply(builder, states, crossValue), 1),
    }));
  }

  /**
   * Normalized hidden states of the last layer, ready for `logits`, the caches with these positions appended, and each
   * layer's cross-attention, float32 `[batch, heads, positions, encoder positions]`.
   */
  pass(
    builder: GraphBuilder,
    inputs: PassInputs,
  ): { hidden: Activation; present: KeyValue[]; attention: string[] } {
    const tokenEmbeddings = this.#lookUp(builder, this.#weights.tokens, inputs.tokens);
    let residual = builder.node('Add', [tokenEmbeddings, inputs.positionEmbeddings]);
    const present: KeyValue[] = [];
    const attention: string[] = [];
    // Sum and not Add, which ORT fuses with the normalization after it into a kernel that rounds differently.
    for (const [index, prepared] of this.#layers.entries()) {
      const self = this.#selfAttention(builder, residual, prepared, inputs, inputs.past?.[index]);
      present.push(self.present);
      residual = builder.node('Sum', [residual, self.output]);
      const cross = this.#crossAttention(builder, residual, prepared, inputs, index);
      attention.push(cross.attention);
      residual = builder.node('Sum', [residual, cross.output]);
      residual = builder.node('Sum', [residual, this.#feedForward(builder, residual, prepared)]);
    }
    const normalized = this.#normalize(builder, residual, this.#weights.normalization);
    return { hidden: this.#products.quantize(builder, normalized, this.#head), present, attention };
  }

  /**
   * `[batch, positions, vocabulary]`; `bias` a vector over the vocabulary to be added, or null; of the positions in
   * `indices` (int64 vector) where it is given.
   */
  logits(builder: GraphBuilder, hidden: Activation, bias: string | null, indices?: string): string {
    const wanted = indices === undefined ? hidden : this.#products.select(builder, hidden, indices);
    return this.#products.apply(builder, wanted, { ...this.#head, bias });
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
    const joined = this.#products.apply(
      builder,
      this.#products.quantize(builder, normalized, selfInput),
      selfInput,
    );
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
    const { context } = this.#attend(builder, scores, causalMask, present.value);
    return { output: this.#project(builder, context, selfOutput, past !== undefined), present };
  }

  #crossAttention(
    builder: GraphBuilder,
    residual: string,
    { layer, crossQuery, crossOutput }: PreparedLayer,
    { cross, crossMask, past }: PassInputs,
    index: number,
  ): { output: string; attention: string } {
    const keyValue = cross[index];
    if (!keyValue) throw new RangeError(`no cross-attention cache for layer ${index}`);
    const normalized = this.#normalize(builder, residual, layer.crossAttentionNormalization);
    const projected = this.#products.apply(
      builder,
      this.#products.quantize(builder, normalized, crossQuery),
      crossQuery,
    );
    const query = this.#heads(builder, projected, 1, past !== null);
    const scores = builder.node('MatMul', [this.#scale(builder, query), keyValue.key]);
    const { context, attention } = this.#attend(builder, scores, crossMask, keyValue.value);
    return { output: this.#project(builder, context, crossOutput, past !== null), attention };
  }

  #feedForward(builder: GraphBuilder, residual: string, { layer, expand, contract }: PreparedLayer): string {
    const normalized = this.#normalize(builder, residual, layer.finalNormalization);
    const expanded = this.#products.apply(
      builder,
      this.#products.quantize(builder, normalized, expand),
      expand,
    );
    const activated = builder.node('com.microsoft:Gelu', [expanded]);
    return this.#products.apply(builder, this.#products.quantize(builder, activated, contract), contract);
  }

  /** Context `[batch, heads, positions, width / heads]` and attention from scores `[batch, heads, positions, keys]`. */
  #attend(
    builder: GraphBuilder,
    products: string,
    mask: string | null,
    value: string,
  ): { context: string; attention: string } {
    const scores = mask === null ? products : builder.node('Sum', [products, mask]);
    const attention = builder.node('Softmax', [scores], { axis: -1 });
    return { context: builder.node('MatMul', [attention, value]), attention };
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
    return this.#products.apply(builder, this.#products.quantize(builder, joined, output), output);
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

  #prepareLayer(layer: DecoderLayer): PreparedLayer {
    const { selfAttention, crossAttention } = layer;
    return {
      layer,
      selfInput: this.#products.joined(selfAttention),
      selfOutput: this.#products.prepare(selfAttention.output),
      crossQuery: this.#products.prepare(crossAttention.query),
      crossKey: this.#products.prepare(crossAttention.key),
      crossValue: this.#products.prepare(crossAttention.value),
      crossOutput: this.#products.prepare(crossAttention.output),
      expand: this.#products.prepare(layer.expand),
      contract: this.#products.prepare(layer.contract),
    };
  }
}
