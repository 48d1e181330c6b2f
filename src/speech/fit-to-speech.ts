/**
 * Times of segments held against where somebody was heard. In: segments of one window and its chunk. Out: the same text,
 * beginning and ending with speech. A chunk has a second of silence around it, and models, small ones above all, tell
 * the edge of the window for the edge of the words, stop telling times before they stop telling words, or tell times
 * that cannot be: then the text is laid over the speech by its letters.
 */
import { rangesInside, totalSeconds, type TimeRange } from '../lib/time-ranges';
import type { Chunk } from '../signal/chunk';
import type { Segment } from './segment';
import { CHARACTERS_PER_SECOND, REST_SECONDS, speaksThroughout } from './windows';

export interface FitOptions {
  /** Where the window begins. */
  startSeconds: number;
  /** Another window takes the rest of the chunk; else the last segment reaches to its end, unless too much is left. */
  goesOn: boolean;
}

/** Segments whose words have times keep theirs, which are better. */
export function fitToSpeech(
  segments: readonly Segment[],
  chunk: Pick<Chunk, 'speech' | 'startSeconds' | 'endSeconds'>,
  { startSeconds, goesOn }: FitOptions,
): Segment[] {
  const last = segments.at(-1);
  if (!last || speaksThroughout(chunk) || segments.some(({ words }) => words?.startMs)) return [...segments];
  const speech = rangesInside(chunk.speech, {
    startSeconds,
    endSeconds: goesOn ? last.endSeconds : chunk.endSeconds,
  });
  const trimmed = segments.map((segment) => trim(segment, speech));
  if (speech.length > 0 && !trimmed.every(canBe)) return spread(segments, speech);
  const end = speech.at(-1)?.endSeconds ?? 0;
  const tail = trimmed.at(-1)!;
  const left = totalSeconds(rangesInside(speech, { startSeconds: tail.endSeconds, endSeconds: Infinity }));
  return left > 0 && left < REST_SECONDS ? [...trimmed.slice(0, -1), { ...tail, endSeconds: end }] : trimmed;
}

/** Empty where all of it lies in silence. */
function trim(segment: Segment, speech: readonly TimeRange[]): Segment {
  const heard = rangesInside(speech, segment);
  const startSeconds = heard[0]?.startSeconds ?? segment.startSeconds;
  return { ...segment, startSeconds, endSeconds: heard.at(-1)?.endSeconds ?? startSeconds };
}

const canBe = ({ text, startSeconds, endSeconds }: Segment): boolean =>
  text.length <= CHARACTERS_PER_SECOND * (endSeconds - startSeconds);

/** Each segment takes as much of the speech as it has of the letters. */
function spread(segments: readonly Segment[], speech: readonly TimeRange[]): Segment[] {
  const letters = segments.reduce((sum, { text }) => sum + text.length, 0);
  const all = totalSeconds(speech);
  let before = 0;
  return segments.map((segment) => {
    const from = (all * before) / letters;
    before += segment.text.length;
    const to = before === letters ? all : (all * before) / letters;
    return {
      ...segment,
      startSeconds: placeOf(from, speech, 'start'),
      endSeconds: placeOf(to, speech, 'end'),
    };
  });
}

/** After so many seconds of speech. Between two regions: the end of one for what ends, the start of the next for what starts. */
function placeOf(seconds: number, speech: readonly TimeRange[], edge: 'start' | 'end'): number {
  let left = seconds;
  for (const { startSeconds, endSeconds } of speech) {
    const length = endSeconds - startSeconds;
    if (left < length || (edge === 'end' && left === length)) return startSeconds + left;
    left -= length;
  }
  return speech.at(-1)!.endSeconds;
}
