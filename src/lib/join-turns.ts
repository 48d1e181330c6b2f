/** Stretches that belong to somebody. In: those of any number of owners, which may overlap. Out: fewer, longer ones. Pure. */
import type { TimeRange } from './time-ranges';

export interface OwnedRange<Owner> extends TimeRange {
  speaker: Owner;
}

/** One turn out of those of one speaker that `areOne`, by default those that touch. In order of time. */
export function joinTurns<Owner, Turn extends OwnedRange<Owner>>(
  turns: readonly Turn[],
  /** `isNext`: nobody else begins between the two. */
  areOne: (before: Turn, turn: Turn, isNext: boolean) => boolean = (before, turn) =>
    turn.startSeconds <= before.endSeconds,
): Turn[] {
  const joined: Turn[] = [];
  const last = new Map<Owner, Turn>();
  for (const turn of turns.toSorted((a, b) => a.startSeconds - b.startSeconds)) {
    const before = last.get(turn.speaker);
    if (before && areOne(before, turn, joined.at(-1) === before))
      before.endSeconds = Math.max(before.endSeconds, turn.endSeconds);
    else {
      const begun = { ...turn };
      joined.push(begun);
      last.set(turn.speaker, begun);
    }
  }
  return joined;
}
