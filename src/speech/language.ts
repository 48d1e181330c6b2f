/**
 * Which language is spoken. In: encoder output of speech windows. Out: a vote over the first few of them, so that one
 * odd window (music, a greeting) does not decide for hours.
 */
import type { Tensor } from 'onnxruntime-web';
import { LonghandError } from '../lib/errors';
import { TensorScope } from '../lib/tensor-scope';
import type { DecoderModel } from './decoder';
import { KvCache } from './kv-cache';

/** Windows that vote; later ones follow. */
const VOTERS = 5;

export class LanguageVote {
  #chosen: string | null;
  #votes = new Map<string, number>();
  #voters = 0;

  /** `wanted`: ISO 639-1, or null to detect. Throws `speech/language-unsupported`. */
  constructor(model: DecoderModel, modelName: string, wanted: string | null) {
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

  /** Lets some windows vote. `states`: `[windows, positions, hidden]`, stays the caller's. */
  async hear(model: DecoderModel, states: Tensor): Promise<void> {
    if (this.#chosen || this.#voters >= VOTERS) return;
    const windows = states.dims[0]!;
    const { languages, startOfTranscript } = model.tokens;
    using scope = new TensorScope(model.ort, model.ledger);
    const { logits } = await scope.run(
      model.session,
      {
        input_ids: scope.tensor('int64', new BigInt64Array(windows).fill(BigInt(startOfTranscript)), [
          windows,
          1,
        ]),
        encoder_hidden_states: states,
        use_cache_branch: scope.tensor('bool', Uint8Array.of(0), [1]),
        ...KvCache.emptyFeeds(model.cacheShape, windows, scope),
      },
      ['logits'],
    );
    const values = logits.data as Float32Array;
    const size = values.length / windows;
    for (let i = 0; i < windows; i++) {
      const row = values.subarray(i * size, (i + 1) * size);
      const scores = [...languages].map(([language, token]) => [language, row[token]!] as const);
      const max = Math.max(...scores.map(([, score]) => score));
      const sum = scores.reduce((total, [, score]) => total + Math.exp(score - max), 0);
      for (const [language, score] of scores) {
        this.#votes.set(language, (this.#votes.get(language) ?? 0) + Math.exp(score - max) / sum);
      }
    }
    this.#voters += windows;
  }
}
