/**
 * From the tree of voices to speakers. In: voices and how many speakers are wanted. Out: one direction (of length 1)
 * for each speaker. Who spoke too little to be told from an odd window is no speaker: pruned by share of speech.
 */
import { embeddingOf, unit, type SpeakerChoice, type Voices } from './voices';
import { cut } from './voice-tree';

/** A speaker has at least this share of all speech, or so many seconds where that is less. */
const SMALLEST_SHARE = 0.04;
const SMALLEST_SECONDS = 15;

/** Seconds in which each voice was heard. */
export function secondsOf({ stretches, owners }: Voices, voices: number): Float64Array {
  const seconds = new Float64Array(voices);
  owners.forEach((voice, i) => (seconds[voice]! += stretches[2 * i + 1]! - stretches[2 * i]!));
  return seconds;
}

/** At least one where there is a voice at all. */
export function chooseSpeakers(voices: Voices, { count, distance }: SpeakerChoice): Float32Array[] {
  const { leaves, merges } = voices.tree;
  const seconds = secondsOf(voices, leaves.length);
  const leafCount = merges.length + 1;
  const asked = [...leaves.keys()].filter((voice) => leaves[voice]! >= 0);
  if (asked.length === 0) return [];
  const all = asked.reduce((sum, voice) => sum + seconds[voice]!, 0);
  const smallest = Math.min(SMALLEST_SECONDS, SMALLEST_SHARE * all);

  /** Parts of the tree after so many merges, the largest first, as lists of voices. */
  const partsAfter = (done: number): { members: number[]; seconds: number }[] => {
    const parts = new Map<number, { members: number[]; seconds: number }>();
    const partOfLeaf = cut(merges, leafCount, done);
    for (const voice of asked) {
      const part = partOfLeaf[leaves[voice]!]!;
      const found = parts.get(part) ?? { members: [], seconds: 0 };
      parts.set(part, found);
      found.members.push(voice);
      found.seconds += seconds[voice]!;
    }
    return [...parts.values()].sort((a, b) => b.seconds - a.seconds);
  };
  const substantial = (parts: ReturnType<typeof partsAfter>) =>
    parts.filter((part) => part.seconds >= smallest);

  let parts: ReturnType<typeof partsAfter>;
  if (count === null) {
    const all = partsAfter(merges.filter((merge) => merge.distance < distance).length);
    parts = substantial(all);
    if (parts.length === 0) parts = all.slice(0, 1);
  } else {
    // Odd windows stay apart longest, so the tree is cut lower until so many real speakers come out of it.
    let done = Math.max(0, leafCount - count);
    const found = partsAfter(done);
    let real = substantial(found);
    while (real.length < count && done > 0) real = substantial(partsAfter(--done));
    parts = (real.length >= count ? real : found).slice(0, count);
  }
  return parts.map(({ members }) => centroid(voices, members, seconds));
}

function centroid(voices: Voices, members: readonly number[], seconds: ArrayLike<number>): Float32Array {
  const sum = new Float32Array(voices.dimensions);
  for (const voice of members) {
    const weight = seconds[voice]!;
    embeddingOf(voices, voice).forEach((x, i) => (sum[i]! += x * weight));
  }
  return unit(sum);
}
