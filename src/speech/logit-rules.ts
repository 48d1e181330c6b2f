/**
 * Which token comes next. In: one row of logits and what the row has said so far. Out: the token and its natural-log
 * probability. The rules are Whisper's own (openai/whisper decoding.py, ApplyTimestampRules; transformers,
 * WhisperTimeStampLogitsProcessor): suppressed tokens, timestamps in pairs and never falling, a limit on the first
 * one, and a timestamp wherever all timestamps together are likelier than every single other token.
 * Pure; the forbidden ranges are never written into the row, only left out of the pass over it.
 */
import { LonghandError } from '../lib/errors';
import type { SpecialTokens } from './tokens';

export interface RuleOptions {
  suppress: readonly number[];
  /** Forbidden as the first token a row chooses. */
  suppressAtBegin: readonly number[];
  /** Highest first timestamp, in steps of 20 ms; null for no limit. */
  maxInitialTimestamp: number | null;
}

/** What the rules must remember of a row. */
export interface RowHistory {
  sampled: number;
  /** The last token and the one before were timestamps; a row that has not two tokens counts as if they were. */
  lastWasTimestamp: boolean;
  penultimateWasTimestamp: boolean;
  /** Id of the last timestamp; null before the first. */
  lastTimestamp: number | null;
}

export const freshHistory = (): RowHistory => ({
  sampled: 0,
  lastWasTimestamp: false,
  penultimateWasTimestamp: true,
  lastTimestamp: null,
});

export interface Choice {
  token: number;
  /** After the rules and at temperature 1, as Whisper counts it. */
  logProbability: number;
}

/** At temperature 0 the likeliest token; above it, one drawn with `random` (0 to 1). */
export interface Sampling {
  temperature: number;
  random: () => number;
}

export const GREEDY: Sampling = { temperature: 0, random: () => 0 };

const RULED_OUT = -1e30;

export class LogitRules {
  #tokens: SpecialTokens;
  #maxInitialTimestamp: number | null;
  /** 0 where allowed, -Infinity where not: added to the logits. */
  #bias: Float32Array;
  #biasAtBegin: Float32Array;

  constructor(tokens: SpecialTokens, vocabularySize: number, options: RuleOptions) {
    this.#tokens = tokens;
    this.#maxInitialTimestamp = options.maxInitialTimestamp;
    this.#bias = new Float32Array(vocabularySize);
    for (const token of [...options.suppress, tokens.noTimestamps]) {
      if (token >= 0 && token < vocabularySize) this.#bias[token] = -Infinity;
    }
    this.#biasAtBegin = this.#bias.slice();
    for (const token of options.suppressAtBegin) {
      if (token >= 0 && token < vocabularySize) this.#biasAtBegin[token] = -Infinity;
    }
  }

  /**
   * The same rules as the greedy loop takes them: numbers added to the logits, at every step and at the first one
   * besides, and the last timestamp that may come first (the vocabulary's size for no limit). Finite, since in a graph
   * an infinite one would turn sums into NaN.
   */
  asVectors(): { bias: Float32Array; biasAtBegin: Float32Array; lastInitialTimestamp: number } {
    const finite = (bias: Float32Array) => bias.map((value) => (value === 0 ? 0 : RULED_OUT));
    const limit = this.#maxInitialTimestamp;
    return {
      bias: finite(this.#bias),
      biasAtBegin: finite(this.#biasAtBegin),
      lastInitialTimestamp: limit === null ? this.#bias.length : this.#tokens.firstTimestamp + limit,
    };
  }

  advance(history: RowHistory, token: number): void {
    const isTimestamp = token >= this.#tokens.firstTimestamp;
    history.penultimateWasTimestamp = history.sampled === 0 || history.lastWasTimestamp;
    history.lastWasTimestamp = isTimestamp;
    if (isTimestamp) history.lastTimestamp = token;
    history.sampled++;
  }

  /** `row`: `[vocabulary]`. Throws `speech/garbage-logits` where it holds no usable numbers. */
  choose(row: Float32Array, history: RowHistory, sampling: Sampling): Choice {
    assertPlausible(row);
    const { endOfText, firstTimestamp } = this.#tokens;
    const bias = history.sampled === 0 ? this.#biasAtBegin : this.#bias;
    const closing = history.lastWasTimestamp && !history.penultimateWasTimestamp;
    const opened = history.lastWasTimestamp && history.penultimateWasTimestamp;
    // After the first of a pair only its twin or the end may follow; a row begins with a timestamp.
    const textFrom = history.sampled === 0 ? firstTimestamp : closing ? endOfText : 0;
    let timestampFrom = firstTimestamp;
    let timestampTo = opened ? firstTimestamp : row.length;
    if (history.lastTimestamp !== null) timestampFrom = history.lastTimestamp + (closing ? 0 : 1);
    if (history.sampled === 0 && this.#maxInitialTimestamp !== null) {
      timestampTo = Math.min(timestampTo, firstTimestamp + this.#maxInitialTimestamp + 1);
    }

    const text = summarize(row, bias, textFrom, firstTimestamp);
    const time = summarize(row, bias, timestampFrom, timestampTo);
    const timestampOnly = time.max + Math.log(time.sum) > text.max;
    const likeliest = timestampOnly || time.max > text.max ? time : text;
    const total = timestampOnly
      ? time.max + Math.log(time.sum)
      : likeliest.max +
        Math.log(
          text.sum * Math.exp(text.max - likeliest.max) + time.sum * Math.exp(time.max - likeliest.max),
        );
    let token = likeliest.argmax;
    if (sampling.temperature > 0) {
      const ranges: [number, number][] = [[timestampFrom, timestampTo]];
      if (!timestampOnly) ranges.unshift([textFrom, firstTimestamp]);
      token = draw(row, bias, ranges, likeliest.max, sampling);
    }
    const logProbability = row[token]! - total;
    if (!Number.isFinite(logProbability)) {
      throw new LonghandError(
        'speech/garbage-logits',
        { detail: `log probability ${logProbability}` },
        { retryable: true },
      );
    }
    return { token, logProbability };
  }
}

interface Range {
  max: number;
  argmax: number;
  /** Sum of exp(logit - max). */
  sum: number;
}

function summarize(row: Float32Array, bias: Float32Array, from: number, to: number): Range {
  let max = -Infinity;
  let argmax = from;
  for (let i = from; i < to; i++) {
    const value = row[i]! + bias[i]!;
    if (value > max) {
      max = value;
      argmax = i;
    }
  }
  if (max === -Infinity) return { max, argmax, sum: 0 };
  let sum = 0;
  for (let i = from; i < to; i++) sum += Math.exp(row[i]! + bias[i]! - max);
  return { max, argmax, sum };
}

function draw(
  row: Float32Array,
  bias: Float32Array,
  ranges: readonly [number, number][],
  max: number,
  { temperature, random }: Sampling,
): number {
  const weight = (i: number) => Math.exp((row[i]! + bias[i]! - max) / temperature);
  let total = 0;
  for (const [from, to] of ranges) for (let i = from; i < to; i++) total += weight(i);
  let left = random() * total;
  let last = ranges[0]![0];
  for (const [from, to] of ranges) {
    for (let i = from; i < to; i++) {
      const w = weight(i);
      if (w === 0) continue;
      last = i;
      left -= w;
      if (left < 0) return i;
    }
  }
  return last;
}

/** Softmax probability of one token in a row to which no rule applies. */
export function probabilityOf(row: Float32Array, token: number): number {
  let max = -Infinity;
  for (let i = 0; i < row.length; i++) if (row[i]! > max) max = row[i]!;
  let sum = 0;
  for (let i = 0; i < row.length; i++) sum += Math.exp(row[i]! - max);
  return Math.exp(row[token]! - max) / sum;
}

/**
 * After the loss of a GPU device, ORT's `run` resolves with zeros or noise (seen in Chromium 156). Real logits are
 * never all the same, and a few spread over the row tell.
 */
function assertPlausible(row: Float32Array): void {
  const step = Math.max(1, Math.floor(row.length / 16));
  for (let i = step; i < row.length; i += step) if (row[i] !== row[0]) return;
  throw new LonghandError(
    'speech/garbage-logits',
    { detail: `all logits are ${row[0]}` },
    { retryable: true },
  );
}
