/**
 * Silero's weights in a graph for many frames at once. In: the model as it ships, which takes one frame per run and
 * spends most of that run on the way in and out. Out: the bytes of an ONNX model that takes any number of them.
 * The decision: only the LSTM needs frames one after the other. Everything before it is written as matrix products
 * over all frames, and the LSTM operator walks the frames itself; the result is the same to rounding.
 */
import { LonghandError } from '../lib/errors';
import { createInitializer, GraphBuilder } from '../models/patch/graph-builder';
import {
  describeTensor,
  ElementType,
  type Initializer,
  parseModel,
  rawBytes,
  readingModel,
  subgraph,
  tensorAttribute,
  writeModel,
} from '../models/patch/onnx-model';
import { BIN_ORDER, FOLDED_GROUPS, type FoldedGroup, spectrumMatrix, WINDOW_SAMPLES } from './folded-window';

/** Each frame is seen through four windows of 256 samples, 128 apart. */
export const WINDOWS = 4;
export const STATE_SIZE = 128;

export interface BatchedSilero {
  model: Uint8Array<ArrayBuffer>;
  /** The window function of its spectra, `[256]`. */
  windowShape: Float32Array;
}

/**
 * Inputs of the model: `windows` `[frames, 4, 256]`, folded (`folded-window.ts`), `hidden` and `cell` `[1, 1, 128]`.
 * Outputs: `probabilities` `[frames, 1]`, `hidden_next` and `cell_next`. Throws speech/model-invalid.
 */
export function batchSilero(silero: Uint8Array): BatchedSilero {
  return readingModel('silero', () => {
    const model = parseModel(silero);
    const weights = wideBandWeights(model.graph.nodes);
    const builder = new GraphBuilder('silero');
    buildGraph(builder, weights);
    model.graph = {
      nodes: builder.nodes,
      initializers: builder.initializers,
      inputs: [
        describeTensor('windows', ElementType.float32, ['frames', WINDOWS, WINDOW_SAMPLES]),
        describeTensor('hidden', ElementType.float32, [1, 1, STATE_SIZE]),
        describeTensor('cell', ElementType.float32, [1, 1, STATE_SIZE]),
      ],
      outputs: [
        describeTensor('probabilities', ElementType.float32, ['frames', 1]),
        describeTensor('hidden_next', ElementType.float32, [1, 1, STATE_SIZE]),
        describeTensor('cell_next', ElementType.float32, [1, 1, STATE_SIZE]),
      ],
      valueDescriptions: [],
      others: model.graph.others,
    };
    const basis = weights('stft.forward_basis_buffer').values;
    // Its first row is the cosine of bin 0, which is 1.
    return { model: writeModel(model).join(), windowShape: basis.slice(0, WINDOW_SAMPLES) };
  });
}

interface Weight {
  shape: readonly number[];
  values: Float32Array;
}
type Weights = (name: string) => Weight;

/** The model holds a network for 16 kHz and one for 8 kHz, as the branches of an If; theirs are Constant nodes. */
function wideBandWeights(nodes: Parameters<typeof subgraph>[0][]): Weights {
  const branch = nodes.find(({ operator }) => operator === 'If');
  const constants = (branch && subgraph(branch, 'then_branch'))?.nodes ?? [];
  const tensors = constants
    .filter(({ operator }) => operator === 'Constant')
    .map((node) => tensorAttribute(node, 'value'))
    .filter((tensor): tensor is Initializer => tensor !== undefined);
  return (name) => {
    const tensor = tensors.find((candidate) => candidate.name === name);
    const bytes = tensor && rawBytes(tensor);
    if (!bytes) throw new LonghandError('speech/model-invalid', { model: 'silero', detail: `no ${name}` });
    return { shape: tensor.shape, values: new Float32Array(bytes.slice().buffer) };
  };
}

function buildGraph(builder: GraphBuilder, weights: Weights): void {
  const table = (name: string, shape: readonly number[], values: Float32Array<ArrayBuffer>): string => {
    builder.use(createInitializer(name, ElementType.float32, shape, new Uint8Array(values.buffer)));
    return name;
  };
  const slice = (value: string, axis: number, start: number, end: number, step = 1): string =>
    builder.node('Slice', [
      value,
      builder.int64([start]),
      builder.int64([end]),
      builder.int64([axis]),
      builder.int64([step]),
    ]);
  /** A convolution as a product: `value` holds, per position, the channels under the taps `from` to `to`. */
  const convolve = (
    value: string,
    layer: number,
    from: number,
    to: number,
    channelOrder?: readonly number[],
  ): string => {
    const { shape, values } = weights(`encoder.${layer}.reparam_conv.weight`);
    const [outputs, inputs, taps] = shape as [number, number, number];
    const matrix = new Float32Array((to - from) * inputs * outputs);
    for (let tap = from; tap < to; tap++)
      for (let input = 0; input < inputs; input++)
        for (let output = 0; output < outputs; output++)
          matrix[((tap - from) * inputs + input) * outputs + output] =
            values[(output * inputs + (channelOrder?.[input] ?? input)) * taps + tap]!;
    const bias = weights(`encoder.${layer}.reparam_conv.bias`).values.slice();
    const product = builder.node('MatMul', [
      value,
      table(`weight${layer}`, [(to - from) * inputs, outputs], matrix),
    ]);
    return builder.node('Relu', [builder.node('Add', [product, table(`bias${layer}`, [outputs], bias)])]);
  };
  const pad = (value: string, before: number, after: number): string =>
    builder.node('Pad', [value, builder.int64([0, before, 0, 0, after, 0])]);
  const side = (values: string[]): string => builder.node('Concat', values, { axis: 2 });

  const square = (group: FoldedGroup): string => {
    const { from, samples, bins } = FOLDED_GROUPS[group];
    const folded = slice('windows', 2, from, from + samples);
    const spectrum = builder.node('MatMul', [folded, table(group, [samples, bins], spectrumMatrix(group))]);
    return builder.node('Mul', [spectrum, spectrum]);
  };
  const magnitude = (cosine: FoldedGroup, sine: FoldedGroup): string =>
    builder.node('Sqrt', [builder.node('Add', [square(cosine), square(sine)])]);
  const magnitudes = side([magnitude('evenCosine', 'evenSine'), magnitude('oddCosine', 'oddSine')]);
  const first = pad(magnitudes, 1, 1);
  const layer0 = convolve(
    side([slice(first, 1, 0, 4), slice(first, 1, 1, 5), slice(first, 1, 2, 6)]),
    0,
    0,
    3,
    BIN_ORDER,
  );
  const second = pad(layer0, 1, 0);
  const layer1 = convolve(
    side([slice(second, 1, 0, 3, 2), slice(second, 1, 1, 4, 2), slice(second, 1, 2, 5, 2)]),
    1,
    0,
    3,
  );
  // Two positions are left for the next layer, under its middle and last tap; then one, under the middle tap.
  const layer2 = convolve(builder.node('Reshape', [layer1, builder.int64([-1, 1, 128])]), 2, 1, 3);
  const layer3 = convolve(layer2, 3, 1, 2);

  const sequence = builder.node('Reshape', [layer3, builder.int64([-1, 1, STATE_SIZE])]);
  const gates = 4 * STATE_SIZE;
  const bias = new Float32Array(2 * gates);
  bias.set(reorderGates(weights('decoder.rnn.bias_ih').values));
  bias.set(reorderGates(weights('decoder.rnn.bias_hh').values), gates);
  const states = builder.fresh('states');
  builder.nodeWithOutputs(
    'LSTM',
    [
      sequence,
      table('input_weight', [1, gates, STATE_SIZE], reorderGates(weights('decoder.rnn.weight_ih').values)),
      table('state_weight', [1, gates, STATE_SIZE], reorderGates(weights('decoder.rnn.weight_hh').values)),
      table('gate_bias', [1, 2 * gates], bias),
      '',
      'hidden',
      'cell',
    ],
    [states, 'hidden_next', 'cell_next'],
    { hidden_size: STATE_SIZE },
  );
  const voiced = builder.node('Relu', [builder.node('Reshape', [states, builder.int64([-1, STATE_SIZE])])]);
  const score = builder.node('MatMul', [
    voiced,
    table('score_weight', [STATE_SIZE, 1], weights('decoder.decoder.2.weight').values.slice()),
  ]);
  const logit = builder.node('Add', [
    score,
    table('score_bias', [1], weights('decoder.decoder.2.bias').values.slice()),
  ]);
  builder.nodeWithOutputs('Sigmoid', [logit], ['probabilities']);
}

/** PyTorch stacks the gates as input, forget, cell, output; ONNX as input, output, forget, cell. */
function reorderGates(values: Float32Array): Float32Array<ArrayBuffer> {
  const size = values.length / 4;
  const result = new Float32Array(values.length);
  [0, 3, 1, 2].forEach((gate, place) =>
    result.set(values.subarray(gate * size, (gate + 1) * size), place * size),
  );
  return result;
}
