/** One speaker who turns out to be two. In: voices, and the stretches given to that speaker. Out: turns of 0 and 1. */
import { sharedSeconds, type TimeRange } from '../lib/time-ranges';
import { bridgeTurns, labelVoices } from './label';
import { growTree } from './voice-tree';
import { embeddingOf, type SpeakerTurn, type Voices } from './voices';
import { secondsOf } from './choose-speakers';

export function splitSpeaker(voices: Voices, part: readonly TimeRange[]): SpeakerTurn[] {
  const { stretches, owners, tree } = voices;
  const seconds = secondsOf(voices, tree.leaves.length);
  const inside = new Float64Array(seconds.length);
  owners.forEach((voice, i) => {
    inside[voice]! += overlapSeconds(
      { startSeconds: stretches[2 * i]!, endSeconds: stretches[2 * i + 1]! },
      part,
    );
  });
  const kept = [...seconds.keys()].filter((voice) => inside[voice]! > seconds[voice]! / 2);
  const numbers = new Map(kept.map((voice, i) => [voice, i]));
  const rows = [...owners.keys()].filter((i) => numbers.has(owners[i]!));
  const asked = kept.some((voice) => tree.leaves[voice]! >= 0);
  const only: Voices = {
    ...voices,
    embeddings: Int8Array.from(
      kept.flatMap((voice) => [
        ...voices.embeddings.subarray(voice * voices.dimensions, (voice + 1) * voices.dimensions),
      ]),
    ),
    stretches: Float64Array.from(rows.flatMap((i) => [stretches[2 * i]!, stretches[2 * i + 1]!])),
    owners: Int32Array.from(rows, (i) => numbers.get(owners[i]!)!),
    windows: Int32Array.from(kept, (voice) => voices.windows[voice]!),
    speech: Float64Array.from(part.flatMap(({ startSeconds, endSeconds }) => [startSeconds, endSeconds])),
    tree: growTree(
      kept.map((voice) => embeddingOf(voices, voice)),
      kept.map((voice) => (!asked || tree.leaves[voice]! >= 0 ? seconds[voice]! : 0)),
    ),
  };
  return bridgeTurns(labelVoices(only, { count: 2, distance: 0 }));
}

const overlapSeconds = (range: TimeRange, part: readonly TimeRange[]): number =>
  part.reduce((sum, other) => sum + Math.max(0, sharedSeconds(range, other)), 0);
