/**
 * Words that the model was not sure of, for stepping through them. In: segments. Out: places of words, in order.
 * A weak model is sure of little: at most a seventh of its words are marked, those of which it was least sure.
 */
import type { Segment } from '../../speech/segment';

export interface WordPlace {
  /** Index of the segment, and of the word in it. */
  segment: number;
  word: number;
}

const DOUBTFUL_PERCENT = 50;
const MOST_SHARE = 1 / 7;

export function findDoubts(segments: readonly Pick<Segment, 'words'>[]): WordPlace[] {
  const counts = new Uint32Array(101);
  let all = 0;
  for (const { words } of segments)
    for (const percent of words?.confidence ?? []) {
      counts[percent]!++;
      all++;
    }
  let limit = 0;
  for (let marked = 0; limit < DOUBTFUL_PERCENT; limit++) {
    marked += counts[limit]!;
    if (marked > all * MOST_SHARE) break;
  }
  return segments.flatMap(({ words }, segment) =>
    (words?.confidence ?? []).flatMap((percent, word) => (percent < limit ? [{ segment, word }] : [])),
  );
}

/** The next one after a place, or before it; from the end on it goes on at the other. Null where there is none. */
export function stepDoubt(
  doubts: readonly WordPlace[],
  at: WordPlace | null,
  step: 1 | -1,
): { place: WordPlace; index: number } | null {
  if (doubts.length === 0) return null;
  const isAfter = (a: WordPlace, b: WordPlace) => a.segment - b.segment || a.word - b.word;
  const found =
    step === 1
      ? doubts.findIndex((each) => !at || isAfter(each, at) > 0)
      : doubts.findLastIndex((each) => !at || isAfter(each, at) < 0);
  const index = found >= 0 ? found : step === 1 ? 0 : doubts.length - 1;
  return { place: doubts[index]!, index };
}
