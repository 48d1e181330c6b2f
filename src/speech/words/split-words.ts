/**
 * Tokens to words. In: tokens of text. Out: for each word its text, as it stands in the text, and how many tokens it
 * has. A word begins at a space; in scripts without spaces at every character (openai/whisper, tokenizer.py).
 * Punctuation goes with the word it touches. Tokens that are parts of one character stay together.
 */
import type { Tokenizer } from '../tokenizer';

export interface WordTokens {
  /** With the space before it, where there is one: put together, words are the text. */
  text: string;
  tokens: number;
}

/** Of a character whose bytes are not complete yet. */
const INCOMPLETE = '\ufffd';
/** Chinese, Japanese, Thai, Lao, Burmese, Khmer: written without spaces. */
const UNSPACED =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Myanmar}\p{Script=Khmer}]/u;
/** Signs, and marks that change the letter before. */
const NO_WORD = /^[\s\p{P}\p{S}\p{M}]*$/u;

export function splitWords(tokens: readonly number[], tokenizer: Pick<Tokenizer, 'decode'>): WordTokens[] {
  const words: WordTokens[] = [];
  let first = 0;
  for (let end = 1; end <= tokens.length; end++) {
    const text = tokenizer.decode(tokens.slice(first, end));
    // At most four tokens make one character; what is still incomplete then is broken for good.
    if (text.endsWith(INCOMPLETE) && end < tokens.length && end - first < 4) continue;
    const last = words.at(-1);
    if (last && !beginsWord(text, last.text)) {
      last.text += text;
      last.tokens += end - first;
    } else words.push({ text, tokens: end - first });
    first = end;
  }
  return withoutLoneSigns(words);
}

function beginsWord(text: string, before: string): boolean {
  // A token that is a space alone opens the word that follows.
  if (/^\s/.test(text)) return before.trim() !== '';
  const isUnspaced = UNSPACED.test(text) || UNSPACED.test(before.slice(-1));
  return isUnspaced && !NO_WORD.test(text) && !NO_WORD.test(before);
}

/** A dash between spaces is no word: it goes with the word before, the first with the word after. */
function withoutLoneSigns(words: readonly WordTokens[]): WordTokens[] {
  const kept: WordTokens[] = [];
  for (const word of words) {
    const last = kept.at(-1);
    if (last && (NO_WORD.test(word.text) || NO_WORD.test(last.text))) {
      last.text += word.text;
      last.tokens += word.tokens;
    } else kept.push(word);
  }
  return kept;
}
