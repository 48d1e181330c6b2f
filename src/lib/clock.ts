/** Times as people write them. */

/** `90`, `1:30`, `0:01:30.5` are all seconds; NaN for anything else. */
export function parseClock(text: string): number {
  const match = /^(?:(?:(\d+):)?(\d+):)?(\d+(?:\.\d+)?)$/.exec(text.trim());
  if (!match) return NaN;
  const [, hours, minutes, seconds] = match;
  if (minutes !== undefined && Number(seconds) >= 60) return NaN;
  if (hours !== undefined && Number(minutes) >= 60) return NaN;
  return Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds);
}
