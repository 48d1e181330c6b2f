/**
 * Windows to tokens, one step for a whole batch. In: encoder output of some windows, a prompt, the rules. Out: the
 * tokens of each window with their mean log-probability. Rows end independently; where the cache lies in main memory,
 * ended rows are dropped from it, so that they stop costing. Cross-attentions are never fetched.
 */
import type { InferenceSession, Tensor } from 'onnxruntime-web';
import { yieldToEvents } from '../lib/abort';
import type { OnnxRuntime } from '../lib/onnx-runtime';
import {
  floatFormat,
  type FloatFormat,
  readFloats,
  TensorScope,
  type TensorLedger,
} from '../lib/tensor-scope';
import { KvCache, type CacheShape } from './kv-cache';
import type { AlignmentHead, GreedyLoop } from './graph-patches';
import { freshHistory, probabilityOf, type LogitRules, type RowHistory, type Sampling } from './logit-rules';
import type { SpecialTokens } from './tokens';
import type { AlignmentSession } from './words/attention';

export interface DecoderModel {
  ort: OnnxRuntime;
  /** The exported decoder, opened when first needed: where there is a loop, only for what greedy decoding leaves. */
  session(): Promise<InferenceSession>;
  /** Null where there is none: on WebGPU, and for exports of another kind. */
  loop: GreedyLoop | null;
  /** For word times, opened when first needed; null for exports of another kind. */
  alignment(): Promise<AlignmentSession | null>;
  alignmentHeads: readonly AlignmentHead[];
  ledger: TensorLedger;
  cacheShape: CacheShape;
  tokens: SpecialTokens;
  rules: LogitRules;
}

export interface DecodedWindow {
  /** Text and timestamps, without the prompt and the end. */
  tokens: number[];
  /** Natural log of each token's probability among those the rules allow. */
  logProbabilities: number[];
  /** Mean of them, natural log, the end of text counted in (openai/whisper does the same). */
  averageLogProbability: number;
  /** At the start of transcript; 0 where the model has no token for it. */
  noSpeechProbability: number;
  /** False where the row hit the length limit. */
  ended: boolean;
}

/** A worker hears an abort only in its event loop; a turn of it costs about 0.1 ms, so not at every step. */
const YIELD_AFTER_MS = 50;
/** Copying the rows that go on costs about one step; it pays when the batch has become this much smaller. */
const COMPACT_AT = 0.75;

interface Row {
  window: number;
  history: RowHistory;
  tokens: number[];
  logProbabilities: number[];
  logProbability: number;
  next: number;
}

/**
 * `states`: `[windows, positions, hidden]`, stays the caller's. `prompts`: one for each window, of one length. Throws `speech/garbage-logits`, the signal's reason,
 * and whatever ORT throws.
 */
export async function runDecoder(
  model: DecoderModel,
  states: Tensor,
  prompts: readonly (readonly number[])[],
  samplings: readonly Sampling[],
  { maxTokens, signal }: { maxTokens: number; signal: AbortSignal },
): Promise<DecodedWindow[]> {
  const { tokens: special, rules, ledger } = model;
  const session = await model.session();
  const format = floatFormat(session, 'encoder_hidden_states');
  using cache = new KvCache(model.cacheShape, ledger);
  const results: DecodedWindow[] = [];
  let rows: Row[] = samplings.map((_, window) => ({
    window,
    history: freshHistory(),
    tokens: [],
    logProbabilities: [],
    logProbability: 0,
    next: 0,
  }));
  const noSpeech = new Float64Array(rows.length);
  const finish = (row: Row, ended: boolean) => {
    results[row.window] = {
      tokens: row.tokens,
      logProbabilities: row.logProbabilities,
      averageLogProbability: row.logProbability / (row.tokens.length + 1),
      noSpeechProbability: noSpeech[row.window]!,
      ended,
    };
  };

  let yieldedAt = performance.now();
  for (let count = 0; count < maxTokens; count++) {
    const firstStep = count === 0;
    using scope = new TensorScope(model.ort, ledger);
    const inputs = firstStep ? rows.flatMap((row) => [...prompts[row.window]!]) : rows.map((row) => row.next);
    const width = inputs.length / rows.length;
    const cacheNames = cache.fetches(firstStep);
    const outputs = await scope.run(
      session,
      {
        input_ids: scope.tensor('int64', BigInt64Array.from(inputs, BigInt), [rows.length, width]),
        // After the first step the cache holds all that is needed of the encoder's output. One position of zeros
        // keeps ORT from copying (and quantizing) the whole of it at every step.
        encoder_hidden_states: firstStep
          ? scope.inFormat(format, states)
          : onePosition(format, states, rows.length, scope),
        use_cache_branch: scope.tensor('bool', Uint8Array.of(firstStep ? 0 : 1), [1]),
        ...(firstStep ? KvCache.emptyFeeds(model.cacheShape, session, rows.length, scope) : cache.feeds()),
      },
      ['logits', ...cacheNames],
    );
    cache.replace(outputs, cacheNames, scope);

    const logits = readFloats(outputs['logits']!);
    const size = logits.length / (rows.length * width);
    const live = rows.filter((row, i) => {
      const at = (i * width + width - 1) * size;
      if (firstStep && special.noSpeech !== null) {
        const start = (i * width + prompts[row.window]!.indexOf(special.startOfTranscript)) * size;
        noSpeech[row.window] = probabilityOf(logits.subarray(start, start + size), special.noSpeech);
      }
      if (row.next === special.endOfText && !firstStep) return false;
      const choice = rules.choose(logits.subarray(at, at + size), row.history, samplings[row.window]!);
      row.logProbability += choice.logProbability;
      row.next = choice.token;
      if (choice.token === special.endOfText) {
        finish(row, true);
        return false;
      }
      row.tokens.push(choice.token);
      row.logProbabilities.push(choice.logProbability);
      rules.advance(row.history, choice.token);
      return true;
    });
    if (live.length === 0) return results;
    if (live.length <= rows.length * COMPACT_AT && cache.compactable) {
      cache.keepRows(
        live.map((row) => rows.indexOf(row)),
        scope,
      );
      rows = live;
    }
    if (performance.now() - yieldedAt > YIELD_AFTER_MS) {
      await yieldToEvents();
      signal.throwIfAborted();
      yieldedAt = performance.now();
    }
  }
  for (const row of rows) if (!results[row.window]) finish(row, false);
  return results;
}

function onePosition(format: FloatFormat, states: Tensor, rows: number, scope: TensorScope): Tensor {
  const hidden = states.dims[2]!;
  return scope.floats(format, new Float32Array(rows * hidden), [rows, 1, hidden]);
}
