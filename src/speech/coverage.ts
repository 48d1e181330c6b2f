/**
 * Speech without text. In: chunks and the segments decoded from them. Out: stretches in which voice activity heard
 * somebody for at least a second and no segment says what. They become gaps: nothing that was said is passed over.
 */
import { joinRanges, totalSeconds, withoutRanges, type TimeRange } from '../lib/time-ranges';
import type { Gap } from '../media/gap';
import type { Chunk } from '../signal/chunk';
import type { Segment } from './segment';
import { reachesToItsEnd, speaksThroughout, speechSeconds } from './windows';

/** Voice activity takes a cough for speech, and timestamps are no better; this much is worth telling. */
const LONGEST_UNCOVERED_SECONDS = 1;
/** A breath within what is missing. */
const BREATH_SECONDS = 0.5;

export interface Uncovered {
  gap: Gap;
  /** Of speech in it. */
  speechSeconds: number;
}

/** In order of time. */
export function findUncovered(chunks: readonly Chunk[], segments: readonly Segment[]): Uncovered[] {
  return chunks.flatMap((chunk) => {
    const own = segments.filter(({ chunkIndex }) => chunkIndex === chunk.index);
    return own.length === 0 ? wordless(chunk) : rest(chunk, own);
  });
}

function wordless(chunk: Chunk): Uncovered[] {
  const seconds = speechSeconds(chunk);
  return seconds > LONGEST_UNCOVERED_SECONDS ? [uncovered(chunk, seconds)] : [];
}

function rest(chunk: Chunk, segments: readonly Segment[]): Uncovered[] {
  // Where nothing tells speech from silence, or timestamps cannot be right, text counts for all of its chunk.
  if (speaksThroughout(chunk) || reachesToItsEnd(segments)) return [];
  const written = joinRanges(segments);
  const left = chunk.speech.flatMap((region) => withoutRanges(region, written));
  return joinRanges(left, BREATH_SECONDS).flatMap((range) => {
    const seconds = totalSeconds(left.filter((each) => isWithin(each, range)));
    return seconds > LONGEST_UNCOVERED_SECONDS ? [uncovered(range, seconds)] : [];
  });
}

const uncovered = ({ startSeconds, endSeconds }: TimeRange, seconds: number): Uncovered => ({
  gap: { startSeconds, endSeconds, reason: 'speech/no-text' },
  speechSeconds: seconds,
});

const isWithin = (inner: TimeRange, outer: TimeRange): boolean =>
  inner.startSeconds >= outer.startSeconds && inner.endSeconds <= outer.endSeconds;
