/**
 * What is compared of a text. In: a text, or timed pieces of one. Out: its words, and its characters.
 * As it is written, unless case or punctuation is to count for nothing: jiwer's figures are taken likewise. Space only
 * separates words, however much there is of it, so that where lines are broken is no error; letters with marks are
 * composed (NFC), so that an error is always one that can be seen.
 */

export interface TextOptions {
  /** `Holm` is `holm`. */
  ignoreCase?: boolean;
  /** `don't` is `dont`; whatever Unicode calls punctuation (P). */
  ignorePunctuation?: boolean;
}

/** A piece of text, and when it is spoken, where that is known. */
export interface TextPiece {
  text: string;
  startSeconds: number | null;
}

export interface Word {
  /** As it is written. */
  text: string;
  /** As it is compared. */
  compared: string;
  /** Beginning of the piece it is in. */
  startSeconds: number | null;
}

/** In order. Words that are punctuation alone are none where it is ignored. */
export function wordsOf(pieces: readonly TextPiece[], options: TextOptions): Word[] {
  return pieces.flatMap(({ text, startSeconds }) =>
    text
      .normalize('NFC')
      .split(/\s+/u)
      .map((word) => ({ text: word, compared: comparedForm(word, options), startSeconds }))
      .filter(({ compared }) => compared !== ''),
  );
}

function comparedForm(word: string, { ignoreCase = false, ignorePunctuation = false }: TextOptions): string {
  const cased = ignoreCase ? word.toLowerCase() : word;
  return ignorePunctuation ? cased.replace(/\p{P}/gu, '') : cased;
}

/** Code points, one space between words. */
export const charactersOf = (words: readonly Word[]): string[] =>
  Array.from(words.map(({ compared }) => compared).join(' '));
