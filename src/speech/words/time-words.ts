/**
 * When each word of a window is said. In: its encoder states, samples and text. Out: start and end of each word.
 * A pass over the known text after it is decoded: nothing of this is done, or loaded, for jobs that want no words.
 */
import type { Tensor } from 'onnxruntime-web';
import { samplesToSeconds } from '../../lib/units';
import type { DecoderModel } from '../decoder';
import type { Tokenizer } from '../tokenizer';
import { createPrompt } from '../tokens';
import { runAttention } from './attention';
import { letterTimes } from './letter-times';
import { splitWords } from './split-words';
import { SECONDS_PER_POSITION, tokenTimes } from './token-times';
import { voicedFrames } from './voiced-frames';
import { type WordEdges, wordEdges } from './word-edges';

export interface SaidWindow {
  /** `[1, positions, hidden]`; stays the caller's. */
  states: Tensor;
  samples: Float32Array;
  /** Runs of text between timestamps, which are left out. */
  spans: readonly (readonly number[])[];
  /** ISO 639-1, as it was decoded. */
  language: string | null;
}

/** Seconds in the window, one for each of `splitWords` of all spans. Throws whatever ORT throws. */
export async function timeWords(
  model: DecoderModel,
  tokenizer: Pick<Tokenizer, 'decode'>,
  { states, samples, spans, language }: SaidWindow,
): Promise<WordEdges[]> {
  const words = spans.flatMap((span) => splitWords(span, tokenizer));
  const tokens = spans.flat();
  if (words.length === 0) return [];
  const voiced = voicedFrames(samples);
  const prompt = [...createPrompt(model.tokens, language), model.tokens.noTimestamps];
  const attention = await runAttention(model, states, [...prompt, ...tokens]);
  const starts = attention
    ? ofWords(
        tokenTimes(attention, prompt.length - 1, tokens.length, voiced.length),
        words.map((word) => word.tokens),
      )
    : letterTimes(
        words.map((word) => word.text),
        voiced,
      );
  return wordEdges(
    starts,
    voiced,
    Math.min(samplesToSeconds(samples.length), voiced.length * SECONDS_PER_POSITION),
  );
}

/** Of each word's first token, and of what follows the last. */
function ofWords(times: Float64Array, lengths: readonly number[]): number[] {
  let token = 0;
  const starts = lengths.map((length) => {
    const start = times[token]!;
    token += length;
    return start;
  });
  return [...starts, times[token]!];
}
