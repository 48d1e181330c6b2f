/**
 * Two writings of one passage as a list of differences, and the passage made of what is taken of them. In: segments before
 * and after. Out: pieces that are the same or differ, in order; segments.
 */
import { alignSymbols } from '../../evaluation/align';
import type { Segment } from '../../speech/segment';
import { wordsOf } from '../../transcript/words';

interface DiffWord {
  /** With the space before it. */
  text: string;
  confidence: number;
  startMs: number | null;
  endMs: number | null;
  segment: Segment;
}

export interface DiffPiece {
  isSame: boolean;
  before: readonly DiffWord[];
  after: readonly DiffWord[];
}

export function diffPassage(before: readonly Segment[], after: readonly Segment[]): DiffPiece[] {
  const [old, fresh] = [before.flatMap(diffWords), after.flatMap(diffWords)];
  const numbers = new Map<string, number>();
  const symbols = (words: readonly DiffWord[]) =>
    Int32Array.from(words, ({ text }) => {
      const key = text.trim();
      if (!numbers.has(key)) numbers.set(key, numbers.size);
      return numbers.get(key)!;
    });
  const pieces: { isSame: boolean; before: DiffWord[]; after: DiffWord[] }[] = [];
  let [i, j] = [0, 0];
  for (const step of alignSymbols(symbols(old), symbols(fresh))) {
    const isSame = step === 'equal';
    let piece = pieces.at(-1);
    if (piece?.isSame !== isSame) pieces.push((piece = { isSame, before: [], after: [] }));
    if (step !== 'insertion') piece.before.push(old[i++]!);
    if (step !== 'deletion') piece.after.push(fresh[j++]!);
  }
  return pieces;
}

export const differences = (pieces: readonly DiffPiece[]): number =>
  pieces.filter(({ isSame }) => !isSame).length;

export const textOf = (words: readonly DiffWord[]): string =>
  words
    .map(({ text }) => text)
    .join('')
    .trim();

/** `taken`: of each piece, in order; those that are the same are in either way. */
export function composePassage(pieces: readonly DiffPiece[], taken: readonly boolean[]): Segment[] {
  const chosen = pieces.flatMap(({ isSame, before, after }, i) => (isSame || taken[i] ? after : before));
  const segments: Segment[] = [];
  let words: DiffWord[] = [];
  const end = () => {
    if (words.length > 0) segments.push(toSegment(words));
    words = [];
  };
  for (const word of chosen) {
    // Words of another writing go on in the segment they fall into, unless they come after its end.
    const last = words.at(-1)?.segment;
    if (last && word.segment !== last && word.segment.startSeconds >= last.endSeconds - 0.002) end();
    words.push(word);
  }
  end();
  return segments;
}

function diffWords(segment: Segment): DiffWord[] {
  const { text, words } = segment;
  if (!words) {
    // Captions, and what older versions stored.
    return (text.match(/\s*\S+/g) ?? []).map((word) => ({
      text: word,
      confidence: 100,
      startMs: null,
      endMs: null,
      segment,
    }));
  }
  return wordsOf(segment).map(({ to }, i) => ({
    text: text.slice(words.ends[i - 1] ?? 0, to),
    confidence: words.confidence[i]!,
    startMs: words.startMs?.[i] ?? null,
    endMs: words.endMs?.[i] ?? null,
    segment,
  }));
}

function toSegment(words: readonly DiffWord[]): Segment {
  const [first] = words as [DiffWord, ...DiffWord[]];
  const spoken = words.map(({ text }, i) =>
    // The first word of a segment has no space before it; in the middle it needs one, as far as its script has spaces.
    i === 0
      ? text.trimStart()
      : !/^\s/.test(text) && /^[\p{L}\p{N}]/u.test(text) && isSpaced(text)
        ? ` ${text}`
        : text,
  );
  let end = 0;
  const ends = spoken.map((text) => (end += text.length));
  const isTimed = words.every(({ startMs }) => startMs !== null);
  return {
    ...first.segment,
    startSeconds: Math.min(...words.map(({ segment }) => segment.startSeconds)),
    endSeconds: Math.max(...words.map(({ segment }) => segment.endSeconds)),
    text: spoken.join(''),
    words: {
      ends,
      confidence: words.map(({ confidence }) => confidence),
      ...(isTimed
        ? { startMs: words.map(({ startMs }) => startMs!), endMs: words.map(({ endMs }) => endMs!) }
        : {}),
    },
  };
}

const isSpaced = (text: string): boolean =>
  !/^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(text);
