/** Which pieces of a chunk get an embedding: windows of 1.5 s that overlap by half, over all of its speech. Pure. */
import { joinRanges, type TimeRange } from '../../lib/time-ranges';

export const WINDOW_SECONDS = 1.5;
const HOP_SECONDS = 0.75;
/** Silence inside a window up to this long: words of one person are seldom further apart than this and two people's are. */
const BRIDGED_SECONDS = 0.5;
/** Less sound than this says nothing, so a shorter window reaches into what is around it. */
const SHORTEST_SECONDS = 0.8;
/** Up to here one window, stretched, says more than two that overlap nearly wholly. */
const LONGEST_SECONDS = 1.9;

/** In order of time, within the chunk; all times in seconds of the recording. */
export function speechWindows(chunk: TimeRange, speech: readonly TimeRange[]): TimeRange[] {
  return joinRanges(speech, BRIDGED_SECONDS).flatMap(({ startSeconds, endSeconds }) => {
    const length = endSeconds - startSeconds;
    if (length <= LONGEST_SECONDS)
      return [widened(startSeconds, endSeconds, Math.max(length, SHORTEST_SECONDS), chunk)];
    const hops = Math.ceil((length - WINDOW_SECONDS) / HOP_SECONDS);
    return Array.from({ length: hops + 1 }, (_, i) => {
      const start = startSeconds + ((length - WINDOW_SECONDS) * i) / hops;
      return { startSeconds: start, endSeconds: start + WINDOW_SECONDS };
    });
  });
}

function widened(start: number, end: number, seconds: number, { startSeconds, endSeconds }: TimeRange) {
  const length = Math.min(seconds, endSeconds - startSeconds);
  const from = Math.min(Math.max(startSeconds, (start + end - length) / 2), endSeconds - length);
  return { startSeconds: from, endSeconds: from + length };
}
