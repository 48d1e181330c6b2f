/**
 * Times of segments held against where somebody was heard. In: segments of one window and its chunk. Out: the same text,
 * beginning and ending with speech. A chunk has a second of silence around it, and models, small ones above all, tell
 * the edge of the window for the edge of the words, or stop telling times before they stop telling words.
 */
import { totalSeconds, withoutRanges } from '../lib/time-ranges';
import type { Chunk } from '../signal/chunk';
import type { Segment } from './segment';
import { REST_SECONDS, speaksThroughout } from './windows';

/**
 * Segments whose words have times keep theirs, which are better. `goesOn`: another window takes the rest of the chunk;
 * else the last segment reaches to its end, unless so much is left that it cannot be part of it.
 */
export function fitToSpeech(
  segments: readonly Segment[],
  chunk: Pick<Chunk, 'speech' | 'startSeconds' | 'endSeconds'>,
  { goesOn }: { goesOn: boolean },
): Segment[] {
  if (speaksThroughout(chunk)) return [...segments];
  const trimmed = segments.map((segment) => (segment.words?.startMs ? segment : trim(segment, chunk)));
  const last = trimmed.at(-1);
  const end = chunk.speech.at(-1)?.endSeconds ?? 0;
  if (!last || goesOn || last.words?.startMs || end <= last.endSeconds) return trimmed;
  const written = [{ startSeconds: 0, endSeconds: last.endSeconds }];
  const left = totalSeconds(chunk.speech.flatMap((region) => withoutRanges(region, written)));
  return left < REST_SECONDS ? [...trimmed.slice(0, -1), { ...last, endSeconds: end }] : trimmed;
}

/** Text that lies in silence altogether keeps its times: nothing better is known. */
function trim(segment: Segment, { speech }: Pick<Chunk, 'speech'>): Segment {
  const heard = speech.filter(
    ({ startSeconds, endSeconds }) => startSeconds < segment.endSeconds && endSeconds > segment.startSeconds,
  );
  const [first, last] = [heard[0], heard.at(-1)];
  if (!first || !last) return segment;
  return {
    ...segment,
    startSeconds: Math.max(segment.startSeconds, first.startSeconds),
    endSeconds: Math.min(segment.endSeconds, last.endSeconds),
  };
}
