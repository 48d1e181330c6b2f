/**
 * A vote on the language of a recording. In: what each of its first windows sounds like. Out: the leader. So that one odd
 * window (music, a greeting) does not decide for hours. Pure.
 */
import type { LanguageVotes } from '../protocol/checkpoint';

/** ISO 639-1 to probability; they sum to 1. */
export type LanguageOdds = ReadonlyMap<string, number>;

/** Windows that vote; later ones follow. */
const VOTERS = 5;

export class LanguageTally {
  #votes: Map<string, number>;
  #voters: number;

  /** `soFar`: of the windows before a checkpoint. */
  constructor(soFar: LanguageVotes) {
    this.#votes = new Map(Object.entries(soFar.votes));
    this.#voters = soFar.voters;
  }

  /** Null before the first vote; of two with as many, the one that came first. */
  get leader(): string | null {
    return likeliest(this.#votes);
  }

  get isDecided(): boolean {
    return this.#voters >= VOTERS;
  }

  add(odds: LanguageOdds): void {
    for (const [language, share] of odds) this.#votes.set(language, (this.#votes.get(language) ?? 0) + share);
    this.#voters++;
  }

  /** What a checkpoint keeps. */
  get soFar(): LanguageVotes {
    return { voters: this.#voters, votes: Object.fromEntries(this.#votes) };
  }
}

export function likeliest(odds: LanguageOdds): string | null {
  let best: string | null = null;
  for (const [language, share] of odds) if (best === null || share > odds.get(best)!) best = language;
  return best;
}

/** Softmax over the allowed languages alone; all are allowed where the list is empty. `row`: `[vocabulary]` logits. */
export function oddsOf(
  row: Float32Array,
  tokens: ReadonlyMap<string, number>,
  allowed: readonly string[],
): LanguageOdds {
  const heard = [...tokens].filter(([language]) => allowed.length === 0 || allowed.includes(language));
  const most = Math.max(...heard.map(([, token]) => row[token]!));
  const weights = heard.map(([language, token]) => [language, Math.exp(row[token]! - most)] as const);
  const sum = weights.reduce((total, [, weight]) => total + weight, 0);
  return new Map(weights.map(([language, weight]) => [language, weight / sum]));
}
