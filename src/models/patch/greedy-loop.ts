/**
 * Greedy decoding of a batch of windows as one ONNX graph, for the WASM backend.
 * In: the bytes of decoder_model_merged.onnx or its 8-bit form, as optimum exports Whisper. Out: the bytes of a model
 * that takes encoder states and gives tokens; null where the export is of another kind.
 * The decision: ONNX Runtime copies every input and output of a run on the CPU, and a step has a cache of some 40 MB
 * per window. Here the steps are the body of a Loop: the encoder's keys and values are values of the outer graph that
 * the body reads in place, the decoder's own stay inside, and only tokens come out.
 *
 * Each row is decoded as if it were alone: nothing in the graph is computed across rows. Rows that have ended are let go
 * a few at a time (`greedy-rounds.ts`).
 */
import { DecoderGraph, type KeyValue, RULED_OUT } from './decoder-pass';
import { findDecoderWeights } from './decoder-weights';
import { asItStands, type PlaceInitializer } from './external-weights';
import { GraphBuilder } from './graph-builder';
import { decodeRounds } from './greedy-rounds';
import { chooseToken, type Vocabulary } from './logit-rules';
import type { RowsInProgress } from './loop-rows';
import { writeNewModel } from './new-model';
import { describeTensor, ElementType, type Graph, parseModel, readingModel } from './onnx-model';
import { Message, readFields } from './protobuf';

export { RULED_OUT };

/**
 * The inputs of the graph. B rows, T encoder positions, P prompt tokens (as many in every row), V tokens in the
 * vocabulary. P + `max_tokens` must not exceed the decoder's positions (448).
 */
export const GREEDY_LOOP_INPUTS = {
  /** float32 `[B, T, width]` */
  encoderStates: 'encoder_hidden_states',
  /**
   * int64 `[B]`: how many of the T positions are the row's own; the rest is padding and is not attended to. With
   * multiples of 8 a row's numbers are the same in any batch, bit by bit; otherwise they may differ by the order in
   * which SIMD kernels add (1e-5).
   */
  encoderLengths: 'encoder_lengths',
  /** int64 `[B, P]` */
  prompt: 'prompt',
  /** int64 `[1]`: most tokens a row may get, at least 1. */
  maxTokens: 'max_tokens',
  /** float32 `[V]`, added to the logits at every step: 0, or RULED_OUT for a token that never may come. */
  suppressed: 'suppressed',
  /** float32 `[V]`, added as well at the first step. */
  suppressedAtBegin: 'suppressed_at_begin',
  /** int64 `[1]`: where in the prompt `<|startoftranscript|>` stands. */
  startOfTranscriptIndex: 'start_of_transcript_index',
  /** int64 `[1]`: `<|nospeech|>`; any token in a model that has none. */
  noSpeech: 'no_speech',
  /** int64 `[1]`: `<|endoftext|>`, with nothing but text before it. */
  endOfText: 'end_of_text',
  /** int64 `[1]`: `<|0.00|>`, with nothing but timestamps after it; V to decode without the timestamp rules. */
  timestampBegin: 'timestamp_begin',
  /** int64 `[1]`: the latest timestamp token that may come first; V where there is no limit. */
  lastInitialTimestamp: 'last_initial_timestamp',
} as const;

/** The outputs of the graph. S steps, as many as the longest row took: at most `max_tokens`. */
export const GREEDY_LOOP_OUTPUTS = {
  /** int64 `[B, S]`, end of text included and repeated after the end of shorter rows. */
  tokens: 'tokens',
  /** float32 `[B, S]`: natural log of each token's probability among those the rules allow; 0 after the end. */
  logProbabilities: 'log_probabilities',
  /** float32 `[B]`: probability of `<|nospeech|>` after `<|startoftranscript|>`. */
  noSpeechProbability: 'no_speech_probability',
} as const;

const IN = GREEDY_LOOP_INPUTS;
const OUT = GREEDY_LOOP_OUTPUTS;
const { float32, int64 } = ElementType;

/**
 * `decoder`: bytes of a merged decoder; left as they are. Gives a buffer of its own; `place` says where the weights go. Null: not recognized, decode
 * step by step. Throws speech/model-invalid.
 */
export function buildGreedyLoop(
  decoder: Uint8Array,
  place: PlaceInitializer = asItStands,
): Uint8Array<ArrayBuffer> | null {
  return readingModel('decoder', () => {
    const weights = findDecoderWeights(parseModel(decoder));
    if (!weights) return null;
    const { width, vocabularySize } = weights;
    const builder = new GraphBuilder('greedy');
    const decoderGraph = new DecoderGraph(builder, weights);

    const outer = outerValues(builder, decoderGraph, vocabularySize);
    const first = decodePrompt(builder, decoderGraph, outer);
    const { vocabulary, promptLength } = outer;
    const setting = { vocabulary, promptLength, maxTokens: IN.maxTokens, suppressed: IN.suppressed };
    const { tokens, logProbabilities } = decodeRounds(builder, weights, setting, first);
    builder.nodeWithOutputs('Transpose', [tokens], [OUT.tokens], { perm: [1, 0] });
    builder.nodeWithOutputs('Transpose', [logProbabilities], [OUT.logProbabilities], { perm: [1, 0] });

    const vector = (input: string) => describeTensor(input, int64, [1]);
    const graph: Graph = {
      nodes: builder.nodes,
      initializers: builder.initializers.map(place),
      inputs: [
        describeTensor(IN.encoderStates, float32, ['batch', 'encoder_positions', width]),
        describeTensor(IN.encoderLengths, int64, ['batch']),
        describeTensor(IN.prompt, int64, ['batch', 'prompt_tokens']),
        describeTensor(IN.suppressed, float32, [vocabularySize]),
        describeTensor(IN.suppressedAtBegin, float32, [vocabularySize]),
        ...[IN.maxTokens, IN.startOfTranscriptIndex, IN.noSpeech].map(vector),
        ...[IN.endOfText, IN.timestampBegin, IN.lastInitialTimestamp].map(vector),
      ],
      outputs: [
        describeTensor(OUT.tokens, int64, ['batch', 'steps']),
        describeTensor(OUT.logProbabilities, float32, ['batch', 'steps']),
        describeTensor(OUT.noSpeechProbability, float32, ['batch']),
      ],
      valueDescriptions: [],
      others: readFields(new Message().string(2, 'greedy_loop').join()),
    };
    return writeNewModel(graph).join();
  });
}

/** Values computed once, before the first token. */
interface OuterValues {
  readonly cross: readonly KeyValue[];
  readonly crossMask: string;
  readonly vocabulary: Vocabulary;
  /** int64 `[1]` */
  readonly promptLength: string;
}

function outerValues(b: GraphBuilder, decoder: DecoderGraph, vocabularySize: number): OuterValues {
  const zero = b.int64([0]);
  const length = (value: string, axis: number) => b.node('Shape', [value], { start: axis, end: axis + 1 });
  const scalar = (vector: string) => b.node('Squeeze', [vector]);
  const range = (from: string, to: string) => b.node('Range', [scalar(from), scalar(to), b.int64(1)]);

  const positions = range(zero, length(IN.encoderStates, 1));
  const isOwn = b.node('Less', [positions, b.node('Unsqueeze', [IN.encoderLengths, b.int64([1, 2, 3])])]);
  const crossMask = b.node('Where', [isOwn, b.float32(0), b.float32(RULED_OUT)]);

  const size = b.int64([vocabularySize]);
  const timestampTokens = b.node('Unsqueeze', [
    range(IN.timestampBegin, b.int64([vocabularySize + 1])),
    zero,
  ]);
  const batch = length(IN.prompt, 0);
  const pastVocabulary = b.node('Expand', [
    b.float32(RULED_OUT),
    b.node('Concat', [batch, b.int64([1])], { axis: 0 }),
  ]);
  return {
    cross: decoder.crossAttentionCache(b, IN.encoderStates),
    crossMask,
    vocabulary: {
      endOfText: IN.endOfText,
      timestampBegin: IN.timestampBegin,
      lastInitialTimestamp: IN.lastInitialTimestamp,
      size,
      timestampTokens,
      pastVocabulary,
      hasTimestamps: b.node('Less', [IN.timestampBegin, size]),
    },
    promptLength: length(IN.prompt, 1),
  };
}

/** The prompt in one pass, the probability that nobody speaks, and each row's first token. */
function decodePrompt(
  b: GraphBuilder,
  decoder: DecoderGraph,
  outer: OuterValues,
): RowsInProgress & { logProbability: string } {
  const last = b.node('Sub', [outer.promptLength, b.int64([1])]);
  const positions = b.node('Range', [b.int64(0), b.node('Squeeze', [outer.promptLength]), b.int64(1)]);
  const mayAttend = b.node('LessOrEqual', [positions, b.node('Unsqueeze', [positions, b.int64([1])])]);
  const causalMask = b.node('Where', [mayAttend, b.float32(0), b.float32(RULED_OUT)]);
  const { hidden, present } = decoder.pass(b, {
    tokens: IN.prompt,
    positionEmbeddings: decoder.positionEmbeddings(b, positions),
    past: null,
    cross: outer.cross,
    crossMask: outer.crossMask,
    causalMask,
  });

  const wanted = b.node('Concat', [IN.startOfTranscriptIndex, last], { axis: 0 });
  const logits = decoder.logits(b, hidden, null, wanted);
  const atStart = b.node('Gather', [logits, b.int64(0)], { axis: 1 });
  const atEnd = b.node('Gather', [logits, b.int64(1)], { axis: 1 });
  const noSpeech = b.node('Gather', [b.node('Softmax', [atStart], { axis: -1 }), IN.noSpeech], { axis: 1 });
  b.nodeWithOutputs('Squeeze', [noSpeech, b.int64([1])], [OUT.noSpeechProbability]);

  const suppressed = b.node('Add', [IN.suppressed, IN.suppressedAtBegin]);
  const choice = chooseToken(b, b.node('Add', [atEnd, suppressed]), outer.vocabulary, null);
  return { ...choice, cache: present, cross: outer.cross, crossMask: outer.crossMask };
}
