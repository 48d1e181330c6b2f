/**
 * What is done about a window that fell into a loop. In: encoder output of a batch. Out: one decoding per window.
 * Whisper's remedy: decode again with rising temperature until the text is no longer repetitive, per row; what still is,
 * is cut after its first round, and the rest of the window decoded anew. Its second
 * trigger, a mean log-probability below -1, is left out: small models say right things with less than that (the
 * embedded one nearly always), and each retry costs as much as the first pass.
 */
import { TensorScope } from '../lib/tensor-scope';
import { compressionRatio } from './compression';
import { runDecoder, type DecodedWindow, type DecoderModel } from './decoder';
import { takeWindows, type EncodedWindows } from './encoder';
import { runGreedyLoop } from './greedy-loop';
import { GREEDY, type Sampling } from './logit-rules';
import { cutLoop } from './repetition';
import type { Tokenizer } from './tokenizer';

/** Whisper's own threshold (openai/whisper transcribe.py). */
const LOOP_RATIO = 2.4;
const TEMPERATURES = [0.2, 0.4, 0.6, 0.8, 1.0] as const;

export interface FallbackOptions {
  /** One per window: the same window is always drawn the same, whatever batch it is in. */
  seeds: readonly number[];
  /** Most tokens of a window, the end among them. */
  maxTokens: number;
  signal: AbortSignal;
}

/**
 * Greedy first, in one run where the model has a loop for it. `windows` stay the caller's; `prompts`: one for each, of
 * one length.
 */
export async function decodeWithFallback(
  model: DecoderModel,
  tokenizer: Tokenizer,
  windows: EncodedWindows,
  prompts: readonly (readonly number[])[],
  { seeds, maxTokens, signal }: FallbackOptions,
): Promise<DecodedWindow[]> {
  const all = seeds.map((_, i) => i);
  const results = model.loop
    ? await runGreedyLoop(model, model.loop, windows, prompts, maxTokens)
    : await decodeRows(model, windows, prompts, all, () => GREEDY, { maxTokens, signal });
  const ratios = await Promise.all(results.map((result) => loopiness(result, model, tokenizer)));
  for (const temperature of TEMPERATURES) {
    const looping = all.filter((i) => ratios[i]! > LOOP_RATIO);
    if (looping.length === 0) break;
    const sampling = (i: number): Sampling => ({
      temperature,
      random: createRandom(seeds[i]! + temperature * 1000),
    });
    const again = await decodeRows(model, windows, prompts, looping, sampling, { maxTokens, signal });
    for (const [k, i] of looping.entries()) {
      const ratio = await loopiness(again[k]!, model, tokenizer);
      if (ratio >= ratios[i]!) continue;
      results[i] = again[k]!;
      ratios[i] = ratio;
    }
  }
  return results.map((result, i) =>
    ratios[i]! > LOOP_RATIO ? (cutLoop(result, model.tokens) ?? result) : result,
  );
}

/**
 * Some rows step by step. Windows of one length go together: the exported decoder has no mask for what lies behind a
 * shorter one.
 */
async function decodeRows(
  model: DecoderModel,
  windows: EncodedWindows,
  prompts: readonly (readonly number[])[],
  rows: readonly number[],
  sampling: (row: number) => Sampling,
  options: { maxTokens: number; signal: AbortSignal },
): Promise<DecodedWindow[]> {
  const decoded = new Map<number, DecodedWindow>();
  const groups = Map.groupBy(rows, (row) => windows.positions[row]!);
  for (const group of groups.values()) {
    using scope = new TensorScope(model.ort, model.ledger);
    const results = await runDecoder(
      model,
      takeWindows(windows, group, scope),
      group.map((row) => prompts[row]!),
      group.map(sampling),
      options,
    );
    group.forEach((row, i) => decoded.set(row, results[i]!));
  }
  return rows.map((row) => decoded.get(row)!);
}

function loopiness(window: DecodedWindow, { tokens }: DecoderModel, tokenizer: Tokenizer): Promise<number> {
  return compressionRatio(tokenizer.decode(window.tokens.filter((token) => token < tokens.endOfText)));
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
