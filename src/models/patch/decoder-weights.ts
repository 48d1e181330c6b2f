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

/** A matrix product plus a bias. Names of initializers; `bias` null where there is none. */
export type Linear =
  | {
      readonly kind: 'float';
      readonly weight: Initializer;
      /** Where the weight is stored as int8: what to multiply it by, `[1, columns]`. */
      readonly weightScale: Initializer | null;
      readonly bias: string | null;
    }
  | {
      readonly kind: 'integer';
      readonly weight: Initializer;
      readonly scale: string;
      readonly zeroPoint: string;
      readonly bias: string | null;
    };

/** A table whose rows are looked up; quantized ones have one scale and one zero point. */
export interface Embedding {
  readonly table: Initializer;
  /** Where the table is stored as int8 weights alone: what to multiply its rows by, `[rows, 1]`. */
  readonly rowScale: Initializer | null;
  readonly quantization: { readonly scale: string; readonly zeroPoint: string } | null;
}

export interface Normalization {
  readonly weight: string;
  readonly bias: string;
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
  /** All initializers the names above refer to. */
  readonly initializers: readonly Initializer[];
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
  /** Nodes of the outermost graph by what they give: 8-bit weights on their way to float. */
  readonly #makers: Map<string, GraphNode>;
  readonly #used = new Map<string, Initializer>();
  readonly #outputs: Graph['outputs'];

  /** The branch without a cache holds every weight, the keys and values of the encoder among them. */
  constructor(graph: Graph) {
    const merged = graph.nodes.find(({ operator }) => operator === 'If');
    const branch = merged && subgraph(merged, 'else_branch');
    this.#nodes = branch?.nodes ?? graph.nodes;
    this.#outputs = graph.outputs;
    this.#makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node])));
    const initializers = [...graph.initializers, ...(branch?.initializers ?? [])];
    this.#initializers = new Map(initializers.map((initializer) => [initializer.name, initializer]));
    // Equal initializers are stored once; the exporter gives the others their names by Identity nodes.
    for (const { operator, inputs, outputs } of this.#nodes) {
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
    const head = this.#linear('proj_out', false);
    const tokens = this.#embedding('embed_tokens');
    const [vocabularySize, width] = tokens.table.shape;
    if (
      typeof heads !== 'number' ||
      layers.length === 0 ||
      vocabularySize === undefined ||
      width === undefined
    ) {
      throw new NotRecognized();
    }
    const positions = this.#embedding('embed_positions');
    if (width % heads !== 0 || head.weight.shape[1] !== vocabularySize) throw new NotRecognized();
    const normalization = this.#normalization('/decoder/layer_norm/');
    const initializers = [...this.#used.values()];
    return { tokens, positions, layers, normalization, head, width, heads, vocabularySize, initializers };
  }

  #layer(index: number): DecoderLayer {
    const path = `/layers.${index}/`;
    const activation = this.#within(`${path}activation_fn/`);
    const isGelu = activation.some(({ operator }) => operator === 'Erf' || operator === 'Gelu');
    if (!isGelu) throw new NotRecognized();
    const attention = (module: string): Attention => ({
      query: this.#linear(`${path}${module}/q_proj`, true),
      key: this.#linear(`${path}${module}/k_proj`, false),
      value: this.#linear(`${path}${module}/v_proj`, true),
      output: this.#linear(`${path}${module}/out_proj`, true),
    });
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
    const nodes = this.#within(`${module}/`);
    const product = nodes.find(({ operator }) => operator === 'MatMul' || operator === 'MatMulInteger');
    const bias = hasBias ? this.#initializerAmong(nodes, 'Add').name : null;
    if (product?.operator === 'MatMul') {
      const { stored, scale } = this.#weight(product.inputs[1]);
      return { kind: 'float', weight: stored, weightScale: scale, bias };
    }
    const weight = this.#initializer(product?.inputs[1]);
    if (!product || weight.shape.length !== 2) throw new NotRecognized();
    const scaling = nodes.find(
      ({ operator, name }) => operator === 'Mul' && name.endsWith('quant_scales_mul'),
    );
    const scale = this.#initializer(scaling?.inputs[1]).name;
    const zeroPoint = this.#initializer(product.inputs[3]).name;
    return { kind: 'integer', weight, scale, zeroPoint, bias };
  }

  #embedding(module: string): Embedding {
    const nodes = this.#within(`/${module}/`);
    const name = nodes.find(({ operator }) => operator === 'Gather')?.inputs[0];
    const dequantize = nodes.find(({ operator }) => operator === 'DequantizeLinear');
    if (!dequantize) {
      const { stored, scale } = this.#weight(name);
      return { table: stored, rowScale: scale, quantization: null };
    }
    const table = this.#initializer(name);
    if (table.shape.length !== 2) throw new NotRecognized();
    const [, scale, zeroPoint] = dequantize.inputs;
    return {
      table,
      rowScale: null,
      quantization: { scale: this.#initializer(scale).name, zeroPoint: this.#initializer(zeroPoint).name },
    };
  }

  /** A float32 matrix, or an int8 one that `Cast` and `Mul` turn into it. */
  #weight(name: string | undefined): { stored: Initializer; scale: Initializer | null } {
    const scaling = name === undefined ? undefined : this.#makers.get(name);
    const casting = scaling && this.#makers.get(scaling.inputs[0] ?? '');
    const isScaled = scaling?.operator === 'Mul' && casting?.operator === 'Cast';
    const stored = this.#initializer(isScaled ? casting.inputs[0] : name);
    const expected = isScaled ? ElementType.int8 : ElementType.float32;
    if (stored.shape.length !== 2 || stored.elementType !== expected) throw new NotRecognized();
    return { stored, scale: isScaled ? this.#initializer(scaling.inputs[1]) : null };
  }

  /** One node since operator set 17; before, a mean, a variance and so on, whose last Mul and Add have the weights. */
  #normalization(path: string): Normalization {
    const nodes = this.#within(path);
    const whole = nodes.find(({ operator }) => operator === 'LayerNormalization');
    if (whole)
      return {
        weight: this.#initializer(whole.inputs[1]).name,
        bias: this.#initializer(whole.inputs[2]).name,
      };
    return {
      weight: this.#initializerAmong(nodes, 'Mul').name,
      bias: this.#initializerAmong(nodes, 'Add').name,
    };
  }

  /** Nodes of a module; the quantizer appends to their names, so only the beginning counts. */
  #within(path: string): GraphNode[] {
    const inside = path.startsWith('/') ? path : `/${path}`;
    return this.#nodes.filter(({ name }) => name.includes(inside));
  }

  /** The one vector that a module's nodes of this kind take. */
  #initializerAmong(nodes: readonly GraphNode[], operator: string): Initializer {
    const vectors = nodes
      .filter((node) => node.operator === operator)
      .flatMap(({ inputs }) => inputs.filter((input) => this.#initializers.get(input)?.shape.length === 1));
    if (vectors.length !== 1) throw new NotRecognized();
    return this.#initializer(vectors[0]);
  }

  #initializer(name: string | undefined): Initializer {
    const initializer = name === undefined ? undefined : this.#initializers.get(name);
    if (!initializer) throw new NotRecognized();
    this.#used.set(initializer.name, initializer);
    return initializer;
  }
}
