/**
 * The words of a segment, one by one. In: a segment and its lists (`SegmentWords`). Out: each word with its place in the
 * text, how sure the model was, and when it is said, where that was asked for.
 */
import type { Segment } from '../speech/segment';

export interface Word {
  /** Place in the segment's text, without the space before it. */
  from: number;
  to: number;
  text: string;
  /** 0 to 1. */
  probability: number;
  /** Both or neither. */
  startSeconds: number | null;
  endSeconds: number | null;
}

/** Empty where nothing is known of them: captions, and what older versions stored. */
export function wordsOf({ text, words }: Pick<Segment, 'text' | 'words'>): Word[] {
  if (!words) return [];
  return words.ends.map((to, i) => {
    const before = i === 0 ? 0 : words.ends[i - 1]!;
    const spoken = text.slice(before, to);
    const from = to - spoken.trimStart().length;
    const seconds = (list: readonly number[] | undefined) => (list ? list[i]! / 1000 : null);
    return {
      from,
      to,
      text: text.slice(from, to),
      probability: words.confidence[i]! / 100,
      startSeconds: seconds(words.startMs),
      endSeconds: seconds(words.endMs),
    };
  });
}

/** Index of the word heard at that moment, the last that has begun; -1 before the first and where times are unknown. */
export function wordAt({ words }: Pick<Segment, 'words'>, seconds: number): number {
  return (words?.startMs ?? []).findLastIndex((start) => start <= seconds * 1000);
}
