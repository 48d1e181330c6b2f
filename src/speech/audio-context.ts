/**
 * How much of a window the encoder is given. In: the samples of a chunk, what is wanted, what the model is made for.
 * Out: mel frames. A window of 10 s costs a fifth of one of 30 s, and its attention a ninth of the memory; but a model
 * says other words to less silence behind the speech, wherever it is in doubt (docs/decisions/0006-short-windows.md).
 * So windows are full unless short ones are asked for, by the user or by the governor. The length depends on the chunk
 * alone, never on its neighbours in a batch, so that a resumed job gives the same text.
 */
import { HOP_LENGTH } from './log-mel';

export interface AudioContext {
  /** Mel frames of a full window, 3000 for Whisper. */
  windowFrames: number;
  /** The encoder takes any length (patched by `models/patch/audio-context`). */
  anyLength: boolean;
  /** The model was trained on windows of all lengths. */
  dynamic: boolean;
}

/** Half a second of what follows lets the last word end. */
const MARGIN_FRAMES = 50;
/** Standard weights, which have seen only full windows, lose words at the end without more silence behind it. */
const STANDARD_MARGIN_FRAMES = 300;
/**
 * Steps of 0.8 s: 40 positions. Multiples of 8 positions keep a row the same bit by bit in any batch (measured with the
 * greedy loop, docs/decisions/0005-greedy-loop.md); larger steps cost more silence.
 */
const STEP_FRAMES = 80;

export function contextFrames(samples: number, context: AudioContext, wanted: 'full' | 'short'): number {
  const { windowFrames, anyLength, dynamic } = context;
  if (!anyLength || wanted === 'full') return windowFrames;
  const margin = dynamic ? MARGIN_FRAMES : STANDARD_MARGIN_FRAMES;
  const frames = Math.ceil((samples / HOP_LENGTH + margin) / STEP_FRAMES) * STEP_FRAMES;
  return Math.min(windowFrames, frames);
}
