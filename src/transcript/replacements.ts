/**
 * A list of replacements, applied to text after it was recognized. In: segments as they are stored, and pairs of what
 * is written for what. Out: segments as they are shown, with the places that were changed and what stood there.
 * The decision: what is stored is never changed, so that the list can be, and the original is always there. Matches are
 * whole words in any case; of two at one place the longer wins; what was put in is not looked at again.
 */
import type { Segment, SegmentWords } from '../speech/segment';

export interface Replacement {
  from: string;
  to: string;
}

/** A place in a shown text, and what stood there. */
export interface TextChange {
  from: number;
  to: number;
  original: string;
}

export type ShownSegment = Segment & {
  /** Missing where nothing was replaced. */
  changes?: readonly TextChange[];
};

/** One `from => to` a line; empty lines and those that begin with # say nothing. */
export function parseReplacements(text: string): { list: Replacement[]; wrongLines: number[] } {
  const list: Replacement[] = [];
  const wrongLines: number[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    const [, from = '', to = ''] = /^(.*?)=>(.*)$/.exec(line) ?? [];
    if (from.trim() === '') wrongLines.push(index + 1);
    else list.push({ from: from.trim(), to: to.trim() });
  }
  return { list, wrongLines };
}

export const formatReplacements = (list: readonly Replacement[]): string =>
  list.map(({ from, to }) => `${from} => ${to}`).join('\n');

/** Ready to be used on many segments; segments in which nothing matches are given back as they are. */
export function createReplacer(list: readonly Replacement[]): (segment: Segment) => ShownSegment {
  // The first of several for the same words wins.
  const byWords = new Map<string, string>();
  for (const { from, to } of list) if (!byWords.has(keyOf(from))) byWords.set(keyOf(from), to);
  byWords.delete('');
  if (byWords.size === 0) return (segment) => segment;
  const longestFirst = [...byWords.keys()].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(longestFirst.map(patternOf).join('|'), 'giu');

  const replace = (segment: Segment): ShownSegment => {
    const changes: TextChange[] = [];
    const places: { from: number; to: number; by: number }[] = [];
    let text = '';
    let copied = 0;
    for (const match of segment.text.matchAll(pattern)) {
      const original = match[0];
      const put = byWords.get(keyOf(original));
      if (put === undefined || put === original) continue;
      text += segment.text.slice(copied, match.index);
      changes.push({ from: text.length, to: text.length + put.length, original });
      places.push({ from: match.index, to: match.index + original.length, by: put.length });
      text += put;
      copied = match.index + original.length;
    }
    if (changes.length === 0) return segment;
    text += segment.text.slice(copied);
    const words = segment.words && moved(segment.words, places);
    return { ...segment, text, changes, ...(words && { words }) };
  };
  // The page asks again with every batch, and draws anew what is another object.
  const known = new WeakMap<Segment, ShownSegment>();
  return (segment) => {
    const shown = known.get(segment) ?? replace(segment);
    known.set(segment, shown);
    return shown;
  };
}

/** As it was recognized. */
export const originalText = ({ text, changes = [] }: Pick<ShownSegment, 'text' | 'changes'>): string =>
  changes
    .toReversed()
    .reduce((so, { from, to, original }) => so.slice(0, from) + original + so.slice(to), text);

/** The shown text in pieces, those that were put in with what stood there. */
export function piecesOf({
  text,
  changes = [],
}: Pick<ShownSegment, 'text' | 'changes'>): { text: string; original?: string }[] {
  let at = 0;
  const pieces = changes.flatMap(({ from, to, original }) => {
    const before = text.slice(at, from);
    at = to;
    return [...(before === '' ? [] : [{ text: before }]), { text: text.slice(from, to), original }];
  });
  return at < text.length ? [...pieces, { text: text.slice(at) }] : pieces;
}

const keyOf = (words: string): string => words.trim().replace(/\s+/g, ' ').toLowerCase();

/** Whole words: a letter or digit at the edge must not go on beyond it. */
function patternOf(words: string): string {
  const escaped = words.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&').replace(/ /g, '\\s+');
  const isOpen = (character: string | undefined) => /[\p{L}\p{N}]/u.test(character ?? '');
  const characters = words.match(/./gsu) ?? [];
  const before = isOpen(characters[0]) ? '(?<![\\p{L}\\p{N}])' : '';
  const after = isOpen(characters.at(-1)) ? '(?![\\p{L}\\p{N}])' : '';
  return `${before}${escaped}${after}`;
}

/** Words of the changed text: those that a replacement touches become one, from the first's start to the last's end. */
function moved(
  words: SegmentWords,
  places: readonly { from: number; to: number; by: number }[],
): SegmentWords {
  const kept: number[] = [];
  const firsts: number[] = [];
  words.ends.forEach((end, word) => {
    // A replacement that goes on beyond this word joins it with the next.
    if (places.some(({ from, to }) => from < end && to > end)) return;
    firsts.push((kept.at(-1) ?? -1) + 1);
    kept.push(word);
  });
  const shift = (end: number) =>
    places.reduce((at, { from, to, by }) => (to <= end ? at + by - (to - from) : at), end);
  return {
    ends: kept.map((word) => shift(words.ends[word]!)),
    confidence: kept.map((word, i) => Math.min(...words.confidence.slice(firsts[i], word + 1))),
    ...(words.startMs && words.endMs
      ? {
          startMs: firsts.map((word) => words.startMs![word]!),
          endMs: kept.map((word) => words.endMs![word]!),
        }
      : {}),
  };
}
