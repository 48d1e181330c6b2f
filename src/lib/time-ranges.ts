/** Stretches of a recording, in seconds, half-open. Lists are in order of time and do not overlap. Pure. */

export interface TimeRange {
  startSeconds: number;
  endSeconds: number;
}

/** One list of any stretches; those with less than `bridgeSeconds` between them become one. */
export function joinRanges(ranges: readonly TimeRange[], bridgeSeconds = 0): TimeRange[] {
  const joined: TimeRange[] = [];
  for (const { startSeconds, endSeconds } of ranges.toSorted((a, b) => a.startSeconds - b.startSeconds)) {
    const last = joined.at(-1);
    if (last && startSeconds - last.endSeconds <= bridgeSeconds)
      last.endSeconds = Math.max(last.endSeconds, endSeconds);
    else if (endSeconds > startSeconds) joined.push({ startSeconds, endSeconds });
  }
  return joined;
}

/** What is left of a stretch without those. */
export function withoutRanges(range: TimeRange, without: readonly TimeRange[]): TimeRange[] {
  const left: TimeRange[] = [];
  let { startSeconds } = range;
  for (const taken of without) {
    if (taken.endSeconds <= startSeconds) continue;
    if (taken.startSeconds >= range.endSeconds) break;
    if (taken.startSeconds > startSeconds) left.push({ startSeconds, endSeconds: taken.startSeconds });
    startSeconds = taken.endSeconds;
  }
  if (startSeconds < range.endSeconds) left.push({ startSeconds, endSeconds: range.endSeconds });
  return left;
}

/** What of those lies inside a stretch. */
export const rangesInside = (
  ranges: readonly TimeRange[],
  { startSeconds, endSeconds }: TimeRange,
): TimeRange[] =>
  ranges.flatMap((range) =>
    withoutRanges(range, [
      { startSeconds: -Infinity, endSeconds: startSeconds },
      { startSeconds: endSeconds, endSeconds: Infinity },
    ]),
  );

/** How long both go on; negative: how far they are apart. */
export const sharedSeconds = (a: TimeRange, b: TimeRange): number =>
  Math.min(a.endSeconds, b.endSeconds) - Math.max(a.startSeconds, b.startSeconds);

export const totalSeconds = (ranges: readonly TimeRange[]): number =>
  ranges.reduce((sum, { startSeconds, endSeconds }) => sum + endSeconds - startSeconds, 0);
