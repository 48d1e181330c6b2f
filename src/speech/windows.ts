/**
 * What of a chunk is given to the decoder. In: a chunk, and where the text decoded from it ended. Out: one window from
 * its start, and another one from where the text stopped while voice activity heard speech going on.
 * Whisper's own loop seeks to the last timestamp in such a case (openai/whisper transcribe.py). Two doubts keep this
 * one back: without voice activity nothing says that the rest is speech, and small models set timestamps far too early,
 * so a text that would have been spoken at impossible speed is taken to reach to the end of its window.
 */
import { rangesInside, totalSeconds } from '../lib/time-ranges';
import { secondsToSamples } from '../lib/units';
import type { Chunk } from '../signal/chunk';
import type { Segment } from './segment';

export interface Window {
  chunk: Chunk;
  /** In the recording; a window ends with its chunk. */
  startSeconds: number;
  samples: Float32Array;
}

/** Less speech than this behind the last word is taken for breath and noise. */
export const REST_SECONDS = 3;
/** Faster than anyone speaks; ordinary English is about 15. */
export const CHARACTERS_PER_SECOND = 25;
const MARGIN_SECONDS = 0.2;

export const firstWindow = (chunk: Chunk): Window => ({
  chunk,
  startSeconds: chunk.startSeconds,
  samples: chunk.samples,
});

/** Null where the text reaches far enough. `segments` are those of `window`. */
export function nextWindow({ chunk, startSeconds }: Window, segments: readonly Segment[]): Window | null {
  const last = segments.at(-1);
  if (!last || speaksThroughout(chunk)) return null;
  if (reachesToItsEnd(segments, startSeconds)) return null;
  const rest = rangesInside(chunk.speech, { startSeconds: last.endSeconds, endSeconds: Infinity });
  if (totalSeconds(rest) < REST_SECONDS) return null;
  const from = Math.max(last.endSeconds, rest[0]!.startSeconds - MARGIN_SECONDS);
  const samples = chunk.samples.subarray(secondsToSamples(from - chunk.startSeconds));
  return { chunk, startSeconds: from, samples };
}

/**
 * Text that would have been spoken at impossible speed between its own times, the first of which may be known better.
 */
export function reachesToItsEnd(
  segments: readonly Segment[],
  startSeconds = segments[0]?.startSeconds ?? 0,
): boolean {
  const characters = segments.reduce((sum, segment) => sum + segment.text.length, 0);
  return characters > CHARACTERS_PER_SECOND * ((segments.at(-1)?.endSeconds ?? 0) - startSeconds);
}

export const speechSeconds = ({ speech }: Pick<Chunk, 'speech'>): number => totalSeconds(speech);

/** So it is where voice activity is off. */
export const speaksThroughout = (chunk: Pick<Chunk, 'speech' | 'startSeconds' | 'endSeconds'>): boolean =>
  speechSeconds(chunk) >= chunk.endSeconds - chunk.startSeconds - 0.01;
