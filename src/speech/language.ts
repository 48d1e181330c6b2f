/**
 * Which language is spoken. In: encoder output of speech windows. Out: a vote over the first few of them, so that one
 * odd window (music, a greeting) does not decide for hours.
 */
import type { Tensor } from 'onnxruntime-web';
import { LonghandError } from '../lib/errors';
import { floatFormat, readFloats, TensorScope } from '../lib/tensor-scope';
import type { DecoderModel } from './decoder';
import type { LanguageVotes } from '../protocol/checkpoint';
import { takeWindows, type EncodedWindows } from './encoder';
import { KvCache } from './kv-cache';

/** Windows that vote; later ones follow. */
const VOTERS = 5;

export class LanguageVote {
  #chosen: string | null;
  #votes: Map<string, number>;
  #voters: number;

  /**
   * `wanted`: ISO 639-1, or null to detect. `soFar`: of the windows before a checkpoint.
   * Throws `speech/language-unsupported`.
   */
  constructor(model: DecoderModel, modelName: string, wanted: string | null, soFar: LanguageVotes) {
    this.#votes = new Map(Object.entries(soFar.votes));
    this.#voters = soFar.voters;
    const known = [...model.tokens.languages.keys()];
    // An English-only model has no language tokens.
    if (known.length === 0) known.push('en');
    if (wanted !== null && !known.includes(wanted)) {
      throw new LonghandError('speech/language-unsupported', { model: modelName, language: wanted });
    }
    this.#chosen = wanted ?? (known.length === 1 ? known[0]! : null);
  }

  /** Null before the first window was heard. */
  get language(): string | null {
    if (this.#chosen) return this.#chosen;
    return [...this.#votes].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
  }

  /** What a checkpoint keeps. */
  get soFar(): LanguageVotes {
    return { voters: this.#voters, votes: Object.fromEntries(this.#votes) };
  }

  /** Lets some windows vote, which stay the caller's. */
  async hear(model: DecoderModel, windows: EncodedWindows): Promise<void> {
    for (const row of windows.positions.keys()) {
      if (this.#chosen || this.#voters >= VOTERS) return;
      using scope = new TensorScope(model.ort, model.ledger);
      await this.#ask(model, takeWindows(windows, [row], scope), scope);
    }
  }

  /** `states`: `[1, positions, hidden]`. */
  async #ask(model: DecoderModel, states: Tensor, scope: TensorScope): Promise<void> {
    const { languages, startOfTranscript } = model.tokens;
    const session = await model.session();
    const { logits } = await scope.run(
      session,
      {
        input_ids: scope.tensor('int64', BigInt64Array.of(BigInt(startOfTranscript)), [1, 1]),
        encoder_hidden_states: scope.inFormat(floatFormat(session, 'encoder_hidden_states'), states),
        use_cache_branch: scope.tensor('bool', Uint8Array.of(0), [1]),
        ...KvCache.emptyFeeds(model.cacheShape, session, 1, scope),
      },
      ['logits'],
    );
    const row = readFloats(logits);
    const scores = [...languages].map(([language, token]) => [language, row[token]!] as const);
    const max = Math.max(...scores.map(([, score]) => score));
    const sum = scores.reduce((total, [, score]) => total + Math.exp(score - max), 0);
    for (const [language, score] of scores) {
      this.#votes.set(language, (this.#votes.get(language) ?? 0) + Math.exp(score - max) / sum);
    }
    this.#voters++;
  }
}
