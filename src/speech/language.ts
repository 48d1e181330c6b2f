/**
 * Which language is spoken. In: encoder output of speech windows, and what the user allows. Out: a language for each
 * window: the one that was asked for; where several are allowed, the likeliest of them for each window; else one for
 * all, by the vote of the first few.
 */
import type { Tensor } from 'onnxruntime-web';
import { LonghandError } from '../lib/errors';
import { floatFormat, readFloats, TensorScope } from '../lib/tensor-scope';
import type { LanguageVotes } from '../protocol/checkpoint';
import type { DecoderModel } from './decoder';
import { takeWindows, type EncodedWindows } from './encoder';
import { KvCache } from './kv-cache';
import { LanguageTally, likeliest, type LanguageOdds, oddsOf } from './language-tally';

export interface LanguageWishes {
  /** ISO 639-1, or null to detect. */
  language: string | null;
  /** What may be detected; empty for all that the model knows. */
  allowed: readonly string[];
}

export class LanguageFinder {
  #wished: string | null;
  #allowed: readonly string[];
  #tally: LanguageTally;

  /** `soFar`: of the windows before a checkpoint. Throws `speech/language-unsupported`. */
  constructor(
    model: DecoderModel,
    modelName: string,
    { language, allowed }: LanguageWishes,
    soFar: LanguageVotes,
  ) {
    const known = [...model.tokens.languages.keys()];
    // An English-only model has no language tokens.
    if (known.length === 0) known.push('en');
    const wished = language === null ? allowed : [language];
    const unknown = wished.find((each) => !known.includes(each));
    if (unknown !== undefined) {
      throw new LonghandError('speech/language-unsupported', { model: modelName, language: unknown });
    }
    this.#allowed = language === null ? [...new Set(allowed)] : [];
    const possible = wished.length > 0 ? [...new Set(wished)] : known;
    this.#wished = possible.length === 1 ? possible[0]! : null;
    this.#tally = new LanguageTally(soFar);
  }

  /** Of the recording, as far as it was heard; null before the first window. */
  get language(): string | null {
    return this.#wished ?? this.#tally.leader;
  }

  /** Each window may have another. */
  get perWindow(): boolean {
    return this.#wished === null && this.#allowed.length > 1;
  }

  /** What a checkpoint keeps. */
  get soFar(): LanguageVotes {
    return this.#tally.soFar;
  }

  /** One for each of the windows, which stay the caller's. */
  async languagesOf(model: DecoderModel, windows: EncodedWindows): Promise<(string | null)[]> {
    const rows = [...windows.positions.keys()];
    if (this.#wished !== null) return rows.map(() => this.#wished);
    const found: (string | null)[] = [];
    for (const row of rows) {
      if (!this.perWindow && this.#tally.isDecided) break;
      using scope = new TensorScope(model.ort, model.ledger);
      const odds = await this.#ask(model, takeWindows(windows, [row], scope), scope);
      this.#tally.add(odds);
      found.push(likeliest(odds));
    }
    return this.perWindow ? found : rows.map(() => this.#tally.leader);
  }

  /** `states`: `[1, positions, hidden]`. */
  async #ask(model: DecoderModel, states: Tensor, scope: TensorScope): Promise<LanguageOdds> {
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
    return oddsOf(readFloats(logits), languages, this.#allowed);
  }
}
