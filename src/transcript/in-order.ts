/** Text in order of time. Voices recorded apart come in turns, so that a batch may begin before the last one ends. */
import type { Segment } from '../speech/segment';

/** The same array where it is in order, as it nearly always is. */
export function inOrder<T extends Pick<Segment, 'startSeconds'>>(segments: T[]): T[] {
  const sorted = segments.every((each, i) => i === 0 || segments[i - 1]!.startSeconds <= each.startSeconds);
  return sorted ? segments : segments.toSorted((a, b) => a.startSeconds - b.startSeconds);
}
