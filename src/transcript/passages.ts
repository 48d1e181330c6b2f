/**
 * Stretches of a transcript that were written once more and accepted. In: text as it was recognized, and the edits in
 * the order in which they were made. Out: text as it now is. What was recognized first stays stored.
 */
import { sharedSeconds, type TimeRange } from '../lib/time-ranges';
import type { Gap } from '../media/gap';
import type { Segment } from '../speech/segment';
import { inOrder } from './in-order';

export type Passage = TimeRange;

export interface PassageEdit extends Passage {
  /** In place of all that lies inside the stretch. */
  segments: Segment[];
}

interface Text {
  segments: readonly Segment[];
  gaps: readonly Gap[];
}

/** Times are rounded to milliseconds where words have theirs. */
const TOLERANCE_SECONDS = 0.002;

export const isInside = (piece: Passage, { startSeconds, endSeconds }: Passage): boolean =>
  piece.startSeconds >= startSeconds - TOLERANCE_SECONDS &&
  piece.endSeconds <= endSeconds + TOLERANCE_SECONDS;

export function applyPassages(
  text: Text,
  edits: readonly PassageEdit[],
): { segments: Segment[]; gaps: Gap[] } {
  let segments = [...text.segments];
  let gaps = [...text.gaps];
  for (const edit of edits) {
    const replaced = segments.filter((segment) => isInside(segment, edit));
    const put = edit.segments.map((segment) => withSpeaker(segment, replaced));
    segments = inOrder([...segments.filter((segment) => !isInside(segment, edit)), ...put]);
    if (put.length > 0) gaps = gaps.filter((gap) => !isInside(gap, edit));
  }
  return { segments, gaps };
}

/** Who said the former words at that time says the new ones, unless they tell themselves. */
function withSpeaker(segment: Segment, former: readonly Segment[]): Segment {
  if (segment.speaker !== undefined) return segment;
  const [nearest] = [...former].sort((a, b) => sharedSeconds(segment, b) - sharedSeconds(segment, a));
  return nearest?.speaker === undefined ? segment : { ...segment, speaker: nearest.speaker };
}
