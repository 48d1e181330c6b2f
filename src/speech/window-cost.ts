/**
 * What decoding takes beside the weights. In: the shape of a model, whether words are timed. Out: bytes by the length of
 * a window; what the governor plans with. Windows go through the encoder one at a time, so its part counts once for a batch; and so do the
 * attentions of word times, which are made for one window after the other.
 */
import type { WhisperConfig } from './whisper-config';

export interface WindowCost {
  /** Once for a batch: bytes = linear * seconds + quadratic * seconds². */
  encoder: { linearBytes: number; quadraticBytes: number };
  /** For each window of the batch: bytes = fixed + linear * seconds. */
  window: { fixedBytes: number; linearBytes: number };
}

const POSITIONS_PER_SECOND = 50;
const FLOAT_BYTES = 4;
/** Hidden states alive at once in a layer: input, normalized, query, key, value, result, and four for the wide one. */
const HIDDEN_STATES = 10;
/** Scores and their softmax. */
const SCORES = 2;
/** No Whisper names more for word times (large-v2: 23). */
const MOST_ALIGNMENT_HEADS = 24;

export function windowCost(
  { hiddenSize, decoderLayers, decoderHeads, vocabularySize, maxTokens, melBins }: WhisperConfig,
  words = false,
): WindowCost {
  const position = hiddenSize * FLOAT_BYTES;
  const caches = 2 * decoderLayers * position;
  // Of all heads of a layer, and what leaves the graph; half a window's most tokens is a fast talker's text.
  const attentions = words
    ? (maxTokens / 2) * (SCORES * decoderHeads + 2 * MOST_ALIGNMENT_HEADS) * FLOAT_BYTES
    : 0;
  return {
    encoder: {
      linearBytes: POSITIONS_PER_SECOND * (HIDDEN_STATES * position + 2 * melBins * FLOAT_BYTES + attentions),
      // Encoder and decoder of every Whisper have as many heads.
      quadraticBytes: SCORES * decoderHeads * POSITIONS_PER_SECOND ** 2 * FLOAT_BYTES,
    },
    window: {
      // Logits of a step and their copies; keys and values of its own tokens, which grow by copying.
      fixedBytes: 3 * vocabularySize * FLOAT_BYTES + 2 * maxTokens * caches,
      // Encoder output, kept and as an input; keys and values made of it.
      linearBytes: POSITIONS_PER_SECOND * (2 * position + caches),
    },
  };
}
