/** `1:02:03.456`, `02:03,4`, `62.5`: times as the caption formats write them. Out: seconds, or null. */
export function parseClock(text: string): number | null {
  const found = /^(?:(\d{1,4}):)?(?:(\d{1,3}):)?(\d{1,8})(?:[.,:](\d{1,9}))?$/.exec(text.trim());
  if (!found) return null;
  const [, first, second, seconds, fraction] = found;
  // One colon means minutes, two mean hours first.
  const hours = second === undefined ? 0 : Number(first);
  const minutes = Number(second ?? first ?? 0);
  const all = hours * 3600 + minutes * 60 + Number(seconds) + (fraction ? Number(`0.${fraction}`) : 0);
  // What was written, not the last bit of a sum.
  return Math.round(all * 1e6) / 1e6;
}
