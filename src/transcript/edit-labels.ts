/** Speaker labels changed by hand. In: labels and a change. Out: new labels; the old ones stay as they were. Pure. */
import { joinTurns } from '../lib/join-turns';
import { sharedSeconds, withoutRanges, type TimeRange } from '../lib/time-ranges';
import type { LabelTurn, SpeakerLabels } from './speaker-labels';

export type LabelEdit =
  /** An empty name takes the name away. */
  | { kind: 'rename'; speaker: number; name: string }
  | { kind: 'merge'; speaker: number; into: number }
  /** `turns`: those of the speaker as two, 0 and 1; 0 keeps the name. */
  | { kind: 'split'; speaker: number; turns: readonly LabelTurn[] }
  /** `speaker` null: somebody new. */
  | { kind: 'assign'; range: TimeRange; speaker: number | null };

export function editLabels(labels: SpeakerLabels, edit: LabelEdit): SpeakerLabels {
  switch (edit.kind) {
    case 'rename': {
      const name = edit.name.trim().replace(/\s+/g, ' ') || null;
      return {
        ...labels,
        speakers: labels.speakers.map((each) => (each.id === edit.speaker ? { ...each, name } : each)),
      };
    }
    case 'merge':
      return {
        ...labels,
        speakers: labels.speakers.filter(({ id }) => id !== edit.speaker),
        turns: joinTurns(
          labels.turns.map((turn) =>
            turn.speaker === edit.speaker ? { ...turn, speaker: edit.into } : turn,
          ),
        ),
      };
    case 'split': {
      if (!edit.turns.some(({ speaker }) => speaker === 1)) return labels;
      const added = freeId(labels);
      const others = labels.turns.filter(({ speaker }) => speaker !== edit.speaker);
      const parts = edit.turns.map((turn) => ({
        ...turn,
        speaker: turn.speaker === 0 ? edit.speaker : added,
      }));
      return {
        ...labels,
        speakers: [...labels.speakers, { id: added, name: null }],
        turns: joinTurns([...others, ...parts]),
      };
    }
    case 'assign': {
      const speaker = edit.speaker ?? freeId(labels);
      const { startSeconds, endSeconds } = edit.range;
      const left = labels.turns.flatMap((turn) =>
        withoutRanges(turn, [edit.range]).map((range) => ({ ...range, speaker: turn.speaker })),
      );
      const speakers =
        edit.speaker === null ? [...labels.speakers, { id: speaker, name: null }] : labels.speakers;
      return withoutTheSilent({
        ...labels,
        speakers,
        turns: joinTurns([...left, { startSeconds, endSeconds, speaker }]),
      });
    }
  }
}

const freeId = ({ speakers }: SpeakerLabels): number => Math.max(-1, ...speakers.map(({ id }) => id)) + 1;

/** Who has no words left is gone, unless somebody gave a name. */
function withoutTheSilent(labels: SpeakerLabels): SpeakerLabels {
  const heard = new Set(labels.turns.map(({ speaker }) => speaker));
  return { ...labels, speakers: labels.speakers.filter(({ id, name }) => heard.has(id) || name !== null) };
}

/**
 * Names given before a recording was divided anew: each goes to the new speaker who shares most time with its old one,
 * the longest first.
 */
export function carryNames(from: SpeakerLabels | null, to: SpeakerLabels): SpeakerLabels {
  const named = from?.speakers.filter(({ name }) => name !== null) ?? [];
  if (!from || named.length === 0) return to;
  const shares = named
    .flatMap((old) => {
      const theirs = from.turns.filter(({ speaker }) => speaker === old.id);
      return to.speakers.map(({ id }) => ({
        name: old.name,
        old: old.id,
        id,
        seconds: togetherSeconds(
          theirs,
          to.turns.filter(({ speaker }) => speaker === id),
        ),
      }));
    })
    .filter(({ seconds }) => seconds > 0)
    .sort((a, b) => b.seconds - a.seconds);
  const given = new Map<number, string | null>();
  const taken = new Set<number>();
  for (const { old, id, name } of shares) {
    if (taken.has(old) || given.has(id)) continue;
    taken.add(old);
    given.set(id, name);
  }
  return { ...to, speakers: to.speakers.map((each) => ({ ...each, name: given.get(each.id) ?? each.name })) };
}

/** Both in order of time, none overlapping its like. */
function togetherSeconds(a: readonly TimeRange[], b: readonly TimeRange[]): number {
  let [sum, i, j] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const [x, y] = [a[i]!, b[j]!];
    sum += Math.max(0, sharedSeconds(x, y));
    if (x.endSeconds < y.endSeconds) i++;
    else j++;
  }
  return sum;
}
