/**
 * Makes an exported Whisper encoder accept any length up to 30 s.
 * In: the bytes of encoder_model*.onnx. Out: the bytes of the patched model, or null where there is nothing to patch.
 * The decision: the exporter adds the whole positional table of 1500 positions to the hidden states, which fixes the
 * length. Nodes before that Add (Shape, Gather, Slice) cut the table to the length that the convolutions left; every
 * other node takes any length already. At 30 s the result is the same bit by bit, at 10 s a fifth of the time.
 */
import { asItStands, type PlaceInitializer } from './external-weights';
import { GraphBuilder } from './graph-builder';
import {
  describeTensor,
  type GraphNode,
  parseModel,
  readingModel,
  type ValueDescription,
  withInputs,
  writeModel,
} from './onnx-model';

/**
 * `encoder`: bytes of an ONNX model `[batch, mels, 3000]` → `[batch, 1500, width]`; left as they are.
 * Gives a model `[batch, mels, mel_frames]` → `[batch, positions, width]`, positions being half of mel_frames rounded
 * up; null if no Add of a whole table is found, or the length is free already.
 * The result is a buffer of its own; `place` says where the weights of the old one go. Throws speech/model-invalid.
 */
export function patchAudioContext(
  encoder: Uint8Array,
  place: PlaceInitializer = asItStands,
): Uint8Array<ArrayBuffer> | null {
  return readingModel('encoder', () => {
    const model = parseModel(encoder);
    const { graph } = model;
    const [input] = graph.inputs;
    const [output] = graph.outputs;
    if (!input || !output || input.shape.length !== 3 || output.shape.length !== 3) return null;
    const [, positions, width] = output.shape;
    if (typeof positions !== 'number') return null;

    const tables = new Set(
      graph.initializers
        .filter(({ shape }) => shape.length === 2 && shape[0] === positions && shape[1] === width)
        .map((initializer) => initializer.name),
    );
    const adds = graph.nodes.filter(
      (node) => node.operator === 'Add' && node.inputs.some((value) => tables.has(value)),
    );
    const [add] = adds;
    if (!add || adds.length > 1) return null;

    const builder = new GraphBuilder('audio-context');
    const sliced = sliceTable(builder, add, tables);
    graph.nodes.splice(graph.nodes.indexOf(add), 1, ...builder.nodes, sliced);
    graph.initializers.push(...builder.initializers);
    graph.inputs[0] = withDimension(input, 2, 'mel_frames');
    graph.outputs[0] = withDimension(output, 1, 'positions');
    graph.valueDescriptions = [];
    graph.initializers = graph.initializers.map(place);
    return writeModel(model).join();
  });
}

/** Adds the nodes that cut the table, and gives the Add that takes the cut one. */
function sliceTable(builder: GraphBuilder, add: GraphNode, tables: ReadonlySet<string>): GraphNode {
  const hidden = add.inputs.filter((value) => !tables.has(value));
  const positions = builder.node('Gather', [builder.node('Shape', hidden), builder.int64([1])]);
  const zero = builder.int64([0]);
  const cut = add.inputs.map((value) =>
    tables.has(value) ? builder.node('Slice', [value, zero, positions, zero]) : value,
  );
  return withInputs(add, cut);
}

function withDimension({ name, elementType, shape }: ValueDescription, axis: number, dimension: string) {
  return describeTensor(
    name,
    elementType,
    shape.map((size, index) => (index === axis ? dimension : size)),
  );
}
