/**
 * Who speaks when, as it lies beside the text of a job: a patch that is laid over the segments when they are shown or
 * exported, never written into them. In: labels and segments. Out: segments with speakers; and labels changed by hand.
 * Pure: every change gives new labels, so that the old ones can be gone back to.
 */
import { sharedSeconds, type TimeRange } from '../lib/time-ranges';
import type { Segment } from '../speech/segment';
import type { Transcript } from './transcript';
import type { Turn } from './turns';

export interface Speaker {
  id: number;
  /** Null: nobody has been named; shown by number. */
  name: string | null;
}

export interface LabelTurn extends TimeRange {
  /** The `id` of one of the speakers. */
  speaker: number;
}

export type LabelOrigin =
  | { kind: 'voices'; method: 'simple' | 'full'; count: number | null; distance: number }
  | { kind: 'rttm'; file: string };

export interface SpeakerLabels {
  speakers: readonly Speaker[];
  /** In order of time; those of different speakers may overlap. */
  turns: readonly LabelTurn[];
  origin: LabelOrigin;
}

export const speakerName = ({ id, name }: Speaker): string => name ?? `Speaker ${id + 1}`;

/** One voice that nobody has named is nothing to tell. */
export const tellsApart = ({ speakers }: SpeakerLabels): boolean =>
  speakers.length > 1 || speakers.some(({ name }) => name !== null);

/** Turns without owners of words: what RTTM holds. */
export function turnsOfLabels({ speakers, turns }: SpeakerLabels): Turn[] {
  const names = new Map(speakers.map((speaker) => [speaker.id, speakerName(speaker)]));
  return turns.map(({ startSeconds, endSeconds, speaker }) => ({
    startSeconds,
    endSeconds,
    speaker: names.get(speaker) ?? '',
  }));
}

export function labelsFromTurns(turns: readonly LabelTurn[], origin: LabelOrigin): SpeakerLabels {
  const ids = [...new Set(turns.map(({ speaker }) => speaker))].sort((a, b) => a - b);
  return { speakers: ids.map((id) => ({ id, name: null })), turns, origin };
}

/** The labels of an RTTM file become names. */
export function labelsFromRttm(turns: readonly Turn[], file: string): SpeakerLabels {
  const names = [...new Set(turns.map(({ speaker }) => speaker))];
  return {
    speakers: names.map((name, id) => ({ id, name })),
    turns: turns.map(({ startSeconds, endSeconds, speaker }) => ({
      startSeconds,
      endSeconds,
      speaker: names.indexOf(speaker),
    })),
    origin: { kind: 'rttm', file },
  };
}

/** A segment without a turn over it goes to the nearest one, up to here. */
const FURTHEST_SECONDS = 2;

/** What was laid over a segment last: what did not change stays the same object, so that it is not drawn again. */
const labelled = new WeakMap<Segment, Segment>();

/** Those that have a speaker of their own (channels, captions) keep it. Both in order of time. */
export function labelSegments<S extends Segment>(
  segments: readonly S[],
  labels: SpeakerLabels | null,
): readonly S[] {
  if (!labels || labels.turns.length === 0 || !tellsApart(labels)) return segments;
  const names = new Map(labels.speakers.map((speaker) => [speaker.id, speakerName(speaker)]));
  const find = createFinder(labels.turns);
  return segments.map((segment) => {
    if (segment.speaker !== undefined) return segment;
    const id = find(segment);
    const speaker = id === null ? undefined : names.get(id);
    if (speaker === undefined) return segment;
    const before = labelled.get(segment) as S | undefined;
    if (before?.speaker === speaker) return before;
    const after = { ...segment, speaker };
    labelled.set(segment, after);
    return after;
  });
}

/** A transcript as it is shown and exported. */
export const withSpeakers = (transcript: Transcript, labels: SpeakerLabels | null): Transcript =>
  labels
    ? {
        ...transcript,
        segments: labelSegments(transcript.segments, labels),
        turns: turnsOfLabels(labels),
      }
    : transcript;

/** Who speaks most of a stretch; asked in order of time or not. */
export function createFinder(turns: readonly LabelTurn[]): (range: TimeRange) => number | null {
  const longest = turns.reduce((most, turn) => Math.max(most, turn.endSeconds - turn.startSeconds), 0);
  return (range) => {
    const { startSeconds, endSeconds } = range;
    const seconds = new Map<number, number>();
    let nearest: { speaker: number; off: number } | null = null;
    for (let i = firstFrom(turns, startSeconds - longest - FURTHEST_SECONDS); i < turns.length; i++) {
      const turn = turns[i]!;
      if (turn.startSeconds > endSeconds + FURTHEST_SECONDS) break;
      const shared = sharedSeconds(range, turn);
      if (shared > 0) seconds.set(turn.speaker, (seconds.get(turn.speaker) ?? 0) + shared);
      else if (-shared <= FURTHEST_SECONDS && (nearest === null || -shared < nearest.off))
        nearest = { speaker: turn.speaker, off: -shared };
    }
    let best: [number, number] | null = null;
    for (const entry of seconds) if (best === null || entry[1] > best[1]) best = entry;
    return best?.[0] ?? nearest?.speaker ?? null;
  };
}

/** Index of the first turn that begins at or after. */
function firstFrom(turns: readonly LabelTurn[], seconds: number): number {
  let [low, high] = [0, turns.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (turns[middle]!.startSeconds < seconds) low = middle + 1;
    else high = middle;
  }
  return low;
}
