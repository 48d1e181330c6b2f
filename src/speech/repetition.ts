/**
 * Loops that no temperature has cured. In: the tokens of a window. Out: the tokens up to the end of the first round, and
 * a guess at when that was said; the rest of the window is then decoded in a further round, as whatever follows a text
 * that stops early (`windows.ts`). Pure.
 */
import type { DecodedWindow } from './decoder';
import { SECONDS_PER_TIMESTAMP, type SpecialTokens } from './tokens';

/** A phrase said three times may be a refrain, and a word four times emphasis. */
const MOST_ROUNDS = 3;
const LONGEST_PHRASE = 40;
/** So many tokens of repetition at the end are a loop, however short its phrase. */
const LEAST_TOKENS = 12;
/** A token is about three letters, and people say 15 letters a second. */
const SECONDS_PER_TOKEN = 0.2;

/** Null where the text does not end in a loop. */
export function cutLoop(window: DecodedWindow, special: SpecialTokens): DecodedWindow | null {
  const places = [...window.tokens.keys()].filter((i) => window.tokens[i]! < special.endOfText);
  const text = places.map((i) => window.tokens[i]!);
  const loop = findLoop(text);
  if (!loop) return null;
  const keep = places[loop.start + loop.phrase - 1]! + 1;
  const tokens = window.tokens.slice(0, keep);
  const last = tokens.findLastIndex((token) => token >= special.firstTimestamp);
  const spoken = tokens.length - 1 - last;
  const steps = Math.round((spoken * SECONDS_PER_TOKEN) / SECONDS_PER_TIMESTAMP);
  const from = last < 0 ? special.firstTimestamp : tokens[last]!;
  return {
    ...window,
    // The end of what is kept; a window has 30 s.
    tokens: [...tokens, Math.min(from + steps, special.firstTimestamp + 1500)],
    logProbabilities: [...window.logProbabilities.slice(0, keep), 0],
  };
}

/** The shortest phrase that the text ends in over and over: where its first round begins, and how long it is. */
function findLoop(text: readonly number[]): { start: number; phrase: number } | null {
  for (let phrase = 1; phrase <= LONGEST_PHRASE; phrase++) {
    let start = text.length - phrase;
    while (start > 0 && text[start - 1] === text[start - 1 + phrase]) start--;
    const repeated = text.length - start;
    if (start >= 0 && repeated >= LEAST_TOKENS && repeated > MOST_ROUNDS * phrase) return { start, phrase };
  }
  return null;
}
