/**
 * Tokens to text. In: `tokenizer.json` of the hub layout. Out: text of a run of tokens, decoded together, so that a
 * character whose bytes are spread over several tokens comes out whole. The tokenizer package is the one that
 * transformers.js uses, without its runtime.
 */
import { Tokenizer as HubTokenizer } from '@huggingface/tokenizers';
import { LonghandError } from '../lib/errors';
import type { ModelFiles } from './model-files';
import { loadJson } from './whisper-config';

export interface Tokenizer {
  /** Ordinary tokens only; the space with which a word begins is kept. */
  decode(tokens: readonly number[]): string;
  /** Ordinary tokens of a text, none added. */
  encode(text: string): number[];
  idOf(token: string): number | null;
}

/** Throws `speech/model-missing`, `speech/model-invalid`. */
export async function loadTokenizer(files: ModelFiles, options: { signal: AbortSignal }): Promise<Tokenizer> {
  const json = await loadJson(files, 'tokenizer.json', options);
  let tokenizer: HubTokenizer;
  try {
    tokenizer = new HubTokenizer(json, {});
  } catch (cause) {
    const detail = `tokenizer.json: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new LonghandError('speech/model-invalid', { model: files.name, detail }, { cause });
  }
  return {
    // The package refuses an empty list.
    decode: (tokens) =>
      tokens.length === 0
        ? ''
        : tokenizer.decode([...tokens], { skip_special_tokens: true, clean_up_tokenization_spaces: false }),
    encode: (text) => (text === '' ? [] : tokenizer.encode(text, { add_special_tokens: false }).ids),
    idOf: (token) => tokenizer.token_to_id(token) ?? null,
  };
}
