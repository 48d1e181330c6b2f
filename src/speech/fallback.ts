/**
 * What is done about a window that fell into a loop. In: encoder output of a batch. Out: one decoding per window.
 * Whisper's remedy: decode again with rising temperature until the text is no longer repetitive, per row. Its second
 * trigger, a mean log-probability below -1, is left out: small models say right things with less than that (the
 * embedded one nearly always), and each retry costs as much as the first pass.
 */
import type { Tensor } from 'onnxruntime-web';
import { TensorScope } from '../lib/tensor-scope';
import { compressionRatio } from './compression';
import { runDecoder, type DecodedWindow, type DecoderModel } from './decoder';
import { takeRows } from './kv-cache';
import { GREEDY, type Sampling } from './logit-rules';
import type { Tokenizer } from './tokenizer';

/** Whisper's own threshold (openai/whisper transcribe.py). */
const LOOP_RATIO = 2.4;
const TEMPERATURES = [0.2, 0.4, 0.6, 0.8, 1.0] as const;

export interface FallbackOptions {
  /** One per window: the same window is always drawn the same, whatever batch it is in. */
  seeds: readonly number[];
  signal: AbortSignal;
}

/** `states`: `[windows, positions, hidden]`, stays the caller's. */
export async function decodeWithFallback(
  model: DecoderModel,
  tokenizer: Tokenizer,
  states: Tensor,
  prompt: readonly number[],
  { seeds, signal }: FallbackOptions,
): Promise<DecodedWindow[]> {
  const results = await runDecoder(
    model,
    states,
    prompt,
    seeds.map(() => GREEDY),
    { signal },
  );
  const ratios = await Promise.all(results.map((result) => loopiness(result, model, tokenizer)));
  for (const temperature of TEMPERATURES) {
    const looping = ratios.flatMap((ratio, i) => (ratio > LOOP_RATIO ? [i] : []));
    if (looping.length === 0) break;
    using scope = new TensorScope(model.ort, model.ledger);
    const samplings = looping.map((i): Sampling => ({
      temperature,
      random: createRandom(seeds[i]! + temperature * 1000),
    }));
    const again = await runDecoder(model, takeRows(states, looping, scope), prompt, samplings, { signal });
    for (const [k, i] of looping.entries()) {
      const ratio = await loopiness(again[k]!, model, tokenizer);
      if (ratio >= ratios[i]!) continue;
      results[i] = again[k]!;
      ratios[i] = ratio;
    }
  }
  return results;
}

/** A row that never came to its end is looping, whatever it says. */
async function loopiness(
  window: DecodedWindow,
  { tokens }: DecoderModel,
  tokenizer: Tokenizer,
): Promise<number> {
  const text = tokenizer.decode(window.tokens.filter((token) => token < tokens.endOfText));
  const ratio = await compressionRatio(text);
  return window.ended ? ratio : Math.max(ratio, LOOP_RATIO + 1);
}

/** Mulberry32: small, and the same on every machine. Numbers from 0 to below 1. */
export function createRandom(seed: number): () => number {
  let state = Math.round(seed) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
