/**
 * Finds the weights of a Whisper decoder in the graph that optimum exports.
 * In: a parsed decoder_model*.onnx, fp32, dynamically quantized to 8 bits, or with 8-bit weights alone
 * (tools/model/weight_only.py). Out: which initializer is what, by name; null where the graph is something else (half
 * precision, 4 bits, another architecture).
 * The decision: nodes are found by the module paths that PyTorch's exporter gives them
 * (`/model/decoder/layers.0/self_attn/q_proj/MatMul`), since initializers often are anonymous (`onnx::MatMul_709`).
 */
import {
  ElementType,
  type Graph,
  type GraphNode,
  type Initializer,
  type Model,
  subgraph,
} from './onnx-model';

/** A matrix product `[rows, columns]` plus a bias `[columns]`, null where there is none. */
export type Linear =
  | {
      readonly kind: 'float';
      readonly weight: Initializer;
      /** Where the weight is stored as int8: what to multiply it by, one number or one per column. */
      readonly scale: Initializer | null;
      readonly bias: Initializer | null;
    }
  | {
      readonly kind: 'integer';
      readonly weight: Initializer;
      readonly scale: Initializer;
      /** Null for zero. */
      readonly zeroPoint: Initializer | null;
      readonly bias: Initializer | null;
    };

/** A table whose rows are looked up. */
export interface Embedding {
  readonly table: Initializer;
  /** Where the table is stored as int8: what to multiply its rows by, `[rows, 1]`. */
  readonly rowScale: Initializer | null;
  /** Where it is stored with one scale and one zero point. */
  readonly quantization: { readonly scale: Initializer; readonly zeroPoint: Initializer } | null;
}

export interface Normalization {
  readonly weight: Initializer;
  readonly bias: Initializer;
}

export interface Attention {
  readonly query: Linear;
  readonly key: Linear;
  readonly value: Linear;
  readonly output: Linear;
}

export interface DecoderLayer {
  readonly selfAttention: Attention;
  readonly selfAttentionNormalization: Normalization;
  readonly crossAttention: Attention;
  readonly crossAttentionNormalization: Normalization;
  readonly expand: Linear;
  readonly contract: Linear;
  readonly finalNormalization: Normalization;
}

export interface DecoderWeights {
  readonly tokens: Embedding;
  readonly positions: Embedding;
  readonly layers: readonly DecoderLayer[];
  readonly normalization: Normalization;
  readonly head: Linear;
  readonly width: number;
  readonly heads: number;
  readonly vocabularySize: number;
}

/** Thrown within this file where a part is missing; the caller sees null. */
class NotRecognized extends Error {}

export function findDecoderWeights(model: Model): DecoderWeights | null {
  try {
    return new DecoderReader(model.graph).read();
  } catch (error) {
    if (error instanceof NotRecognized) return null;
    throw error;
  }
}

class DecoderReader {
  readonly #nodes: readonly GraphNode[];
  readonly #initializers: Map<string, Initializer>;
  /** Nodes by the values they give. */
  readonly #makers: Map<string, GraphNode>;
  readonly #outputs: Graph['outputs'];

  /** The branch without a cache holds every weight, the keys and values of the encoder among them. */
  constructor(graph: Graph) {
    const merged = graph.nodes.find(({ operator }) => operator === 'If');
    const branch = merged && subgraph(merged, 'else_branch');
    this.#nodes = branch?.nodes ?? graph.nodes;
    this.#outputs = graph.outputs;
    const all = [...graph.nodes, ...(branch?.nodes ?? [])];
    this.#makers = new Map(all.flatMap((node) => node.outputs.map((output) => [output, node])));
    const initializers = [...graph.initializers, ...(branch?.initializers ?? [])];
    this.#initializers = new Map(initializers.map((initializer) => [initializer.name, initializer]));
    // Equal initializers are stored once; the exporter gives the others their names by Identity nodes.
    for (const { operator, inputs, outputs } of all) {
      const [original] = operator === 'Identity' ? inputs : [];
      const initializer = original === undefined ? undefined : this.#initializers.get(original);
      for (const output of outputs) if (initializer) this.#initializers.set(output, initializer);
    }
  }

  read(): DecoderWeights {
    const key = this.#outputs.find(({ name }) => name === 'present.0.decoder.key');
    const heads = key?.shape[1];
    const layers: DecoderLayer[] = [];
    while (this.#within(`/layers.${layers.length}/`).length > 0) layers.push(this.#layer(layers.length));
    const tokens = this.#embedding('embed_tokens');
    const positions = this.#embedding('embed_positions');
    const normalization = this.#normalization('/decoder/layer_norm/');
    const head = this.#product('logits', null);
    const [vocabularySize = 0, width = 0] = tokens.table.shape;
    const isWhole = typeof heads === 'number' && heads > 0 && width % heads === 0 && layers.length > 0;
    if (!isWhole || head.weight.shape[1] !== vocabularySize) throw new NotRecognized();
    return { tokens, positions, layers, normalization, head, width, heads, vocabularySize };
  }

  #layer(index: number): DecoderLayer {
    const path = `/layers.${index}/`;
    const activation = this.#within(`${path}activation_fn/`);
    const isGelu = activation.some(({ operator }) => operator === 'Erf' || operator === 'Gelu');
    if (!isGelu) throw new NotRecognized();
    const attention = (module: string): Attention => {
      const query = this.#linear(`${path}${module}/q_proj`, true);
      const key = this.#linear(`${path}${module}/k_proj`, false);
      const value = this.#linear(`${path}${module}/v_proj`, true);
      const output = this.#linear(`${path}${module}/out_proj`, true);
      const kind = ({ kind, weight, scale }: Linear) =>
        [kind, weight.elementType, ...weight.shape, scale !== null].join();
      if (kind(key) !== kind(query) || kind(value) !== kind(query)) throw new NotRecognized();
      return { query, key, value, output };
    };
    return {
      selfAttention: attention('self_attn'),
      selfAttentionNormalization: this.#normalization(`${path}self_attn_layer_norm/`),
      crossAttention: attention('encoder_attn'),
      crossAttentionNormalization: this.#normalization(`${path}encoder_attn_layer_norm/`),
      expand: this.#linear(`${path}fc1`, true),
      contract: this.#linear(`${path}fc2`, true),
      finalNormalization: this.#normalization(`${path}final_layer_norm/`),
    };
  }

  #linear(module: string, hasBias: boolean): Linear {
    const bias = hasBias ? this.#vectorAmong(this.#within(`${module}/`), 'Add') : null;
    return this.#product(`${module}/MatMul_output_0`, bias);
  }

  /**
   * The product that gives a value: one in float, or in whole numbers of which a Cast and a Mul make the same value.
   * By value and not by node: quantizers name their nodes as they like, but what they replace keeps its name.
   */
  #product(value: string, bias: Initializer | null): Linear {
    const maker = this.#makerOf(value);
    if (maker.operator === 'MatMul') {
      const { stored, scale } = this.#weight(maker.inputs[1]);
      return { kind: 'float', weight: stored, scale, bias };
    }
    const product = this.#maker(this.#maker(maker.inputs[0], 'Cast').inputs[0], 'MatMulInteger');
    const weight = this.#matrix(product.inputs[1]);
    const scale = this.#initializer(this.#maker(maker.inputs[1], 'Mul').inputs[1]);
    const zeroPoint = product.inputs[3] ? this.#initializer(product.inputs[3]) : null;
    return { kind: 'integer', weight, scale, zeroPoint, bias };
  }

  #embedding(module: string): Embedding {
    const maker = this.#makerOf(`/${module}/Gather_output_0`);
    if (maker.operator === 'Gather') {
      const { stored, scale } = this.#weight(maker.inputs[0]);
      return { table: stored, rowScale: scale, quantization: null };
    }
    if (maker.operator === 'DequantizeLinear') {
      const [rows, scale, zeroPoint] = maker.inputs;
      const table = this.#matrix(this.#maker(rows, 'Gather').inputs[0]);
      const quantization = { scale: this.#initializer(scale), zeroPoint: this.#initializer(zeroPoint) };
      return { table, rowScale: null, quantization };
    }
    const rows = this.#maker(this.#maker(maker.inputs[0], 'Cast').inputs[0], 'Gather');
    const rowScale = this.#initializer(this.#maker(maker.inputs[1], 'Gather').inputs[0]);
    return { table: this.#matrix(rows.inputs[0]), rowScale, quantization: null };
  }

  /** A float32 matrix, or an int8 one that `Cast` and `Mul` turn into it. */
  #weight(name: string | undefined): { stored: Initializer; scale: Initializer | null } {
    const scaling = this.#makers.get(name ?? '');
    if (!scaling || scaling.operator === 'Identity') {
      const stored = this.#matrix(name);
      if (stored.elementType !== ElementType.float32) throw new NotRecognized();
      return { stored, scale: null };
    }
    const stored = this.#matrix(this.#maker(scaling.inputs[0], 'Cast').inputs[0]);
    if (scaling.operator !== 'Mul' || stored.elementType !== ElementType.int8) throw new NotRecognized();
    return { stored, scale: this.#initializer(scaling.inputs[1]) };
  }

  /** One node since operator set 17; before, a mean, a variance and so on, whose last Mul and Add have the weights. */
  #normalization(path: string): Normalization {
    const nodes = this.#within(path);
    const whole = nodes.find(({ operator }) => operator === 'LayerNormalization');
    if (whole)
      return { weight: this.#initializer(whole.inputs[1]), bias: this.#initializer(whole.inputs[2]) };
    return { weight: this.#vectorAmong(nodes, 'Mul'), bias: this.#vectorAmong(nodes, 'Add') };
  }

  /** Nodes of a module; quantizers append to their names, so only the beginning counts. */
  #within(path: string): GraphNode[] {
    return this.#nodes.filter(({ name }) => name.includes(path));
  }

  /** The node that gives the value of this name, or of a name that ends so. */
  #makerOf(ending: string): GraphNode {
    const maker = this.#nodes.find(({ outputs }) => outputs.some((output) => output.endsWith(ending)));
    if (!maker) throw new NotRecognized();
    return maker;
  }

  #maker(value: string | undefined, operator: string): GraphNode {
    const maker = this.#makers.get(value ?? '');
    if (maker?.operator !== operator) throw new NotRecognized();
    return maker;
  }

  /** The one vector that a module's nodes of this kind take. */
  #vectorAmong(nodes: readonly GraphNode[], operator: string): Initializer {
    const vectors = nodes
      .filter((node) => node.operator === operator)
      .flatMap(({ inputs }) => inputs.flatMap((input) => this.#initializers.get(input) ?? []))
      .filter(({ shape }) => shape.length === 1);
    if (vectors.length !== 1) throw new NotRecognized();
    return vectors[0]!;
  }

  #matrix(name: string | undefined): Initializer {
    const matrix = this.#initializer(name);
    if (matrix.shape.length !== 2 || matrix.shape.some((size) => size < 1)) throw new NotRecognized();
    return matrix;
  }

  #initializer(name: string | undefined): Initializer {
    const initializer = this.#initializers.get(name ?? '');
    if (!initializer) throw new NotRecognized();
    return initializer;
  }
}
