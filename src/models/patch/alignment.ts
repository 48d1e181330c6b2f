/**
 * Where a decoder looks while it says a text, as one ONNX graph: the cross-attentions of chosen heads.
 * In: the bytes of decoder_model_merged.onnx, as optimum exports Whisper, with cross-attentions among its outputs or
 * without. Out: the bytes of a model that takes a window's encoder states and a text, and gives attention; null where
 * the export is of another kind.
 * The decision: most exports do not put cross-attentions out, and those that do fetch all heads of all layers. This
 * graph is one pass over the known text without logits, and only the heads that follow the sound leave it.
 */
import { DecoderGraph, RULED_OUT } from './decoder-pass';
import { findDecoderWeights } from './decoder-weights';
import { asItStands, type PlaceInitializer } from './external-weights';
import { GraphBuilder } from './graph-builder';
import { describeTensor, ElementType, type Graph, parseModel, readingModel } from './onnx-model';
import { writeNewModel } from './new-model';
import { Message, readFields } from './protobuf';

/** One window of T encoder positions, N tokens: the prompt, then the text. N must not exceed the decoder's positions. */
export const ALIGNMENT_INPUTS = {
  /** float32 `[1, T, width]` */
  encoderStates: 'encoder_hidden_states',
  /** int64 `[1, N]` */
  tokens: 'tokens',
} as const;

/** H heads, in the order in which they were asked for by layer. */
export const ALIGNMENT_OUTPUTS = {
  /** float32 `[1, H, N, T]`: where the model looks when it has heard the first n + 1 tokens; each row sums to 1. */
  attention: 'attention',
} as const;

/**
 * `decoder`: bytes of a merged decoder; left as they are. `heads`: `[layer, head]`. Gives a buffer of its own; `place`
 * says where the weights go. Throws speech/model-invalid.
 */
export function buildAlignment(
  decoder: Uint8Array,
  heads: readonly (readonly [layer: number, head: number])[],
  place: PlaceInitializer = asItStands,
): Uint8Array<ArrayBuffer> | null {
  return readingModel('decoder', () => {
    const weights = findDecoderWeights(parseModel(decoder));
    if (!weights || heads.length === 0) return null;
    const b = new GraphBuilder('alignment');
    const pass = new DecoderGraph(b, weights);
    const { encoderStates, tokens } = ALIGNMENT_INPUTS;

    const length = b.node('Squeeze', [b.node('Shape', [tokens], { start: 1, end: 2 })]);
    const positions = b.node('Range', [b.int64(0), length, b.int64(1)]);
    const mayAttend = b.node('LessOrEqual', [positions, b.node('Unsqueeze', [positions, b.int64([1])])]);
    const { attention } = pass.pass(b, {
      tokens,
      positionEmbeddings: pass.positionEmbeddings(b, positions),
      past: null,
      cross: pass.crossAttentionCache(b, encoderStates),
      crossMask: null,
      causalMask: b.node('Where', [mayAttend, b.float32(0), b.float32(RULED_OUT)]),
    });
    const chosen = attention.flatMap((weightsOfLayer, layer) => {
      const ofLayer = heads.filter(([at]) => at === layer).map(([, head]) => head);
      return ofLayer.length === 0 ? [] : [b.node('Gather', [weightsOfLayer, b.int64(ofLayer)], { axis: 1 })];
    });
    b.nodeWithOutputs('Concat', chosen, [ALIGNMENT_OUTPUTS.attention], { axis: 1 });

    const graph: Graph = {
      nodes: b.nodes,
      initializers: b.initializers.map(place),
      inputs: [
        describeTensor(encoderStates, ElementType.float32, [1, 'encoder_positions', weights.width]),
        describeTensor(tokens, ElementType.int64, [1, 'tokens']),
      ],
      outputs: [
        describeTensor(ALIGNMENT_OUTPUTS.attention, ElementType.float32, [
          1,
          'heads',
          'tokens',
          'encoder_positions',
        ]),
      ],
      valueDescriptions: [],
      others: readFields(new Message().string(2, 'alignment').join()),
    };
    return writeNewModel(graph).join();
  });
}
