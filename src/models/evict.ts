/**
 * Which loaded model to give up first. In: what is loaded. Out: the least valuable one that nobody uses. Pure.
 * A model is worth more the more it is wanted and the more recently it was used, and less the more room it takes:
 * a minute without use counts as much as a doubling of size.
 */
export interface LoadedState {
  key: string;
  /** Jobs that hold it now. */
  uses: number;
  /** A job asked for it, or it was loaded ahead of need. */
  priority: 'wanted' | 'ahead';
  sizeBytes: number;
  /** Milliseconds, of any clock that only goes forward. */
  lastUsedAt: number;
}

const MINUTE = 60_000;
/** What somebody has asked for once is worth ten minutes of idling more. */
const WANTED_MINUTES = 10;

/** Higher is less valuable. */
export function evictionScore({ priority, sizeBytes, lastUsedAt }: LoadedState, now: number): number {
  const idleMinutes = Math.max(0, now - lastUsedAt) / MINUTE;
  const sizeDoublings = Math.log2(Math.max(1, sizeBytes));
  return idleMinutes + sizeDoublings - (priority === 'wanted' ? WANTED_MINUTES : 0);
}

/** Null where everything is in use. */
export function leastValuable<S extends LoadedState>(loaded: Iterable<S>, now: number): S | null {
  let worst: S | null = null;
  for (const state of loaded) {
    if (state.uses > 0) continue;
    if (!worst || evictionScore(state, now) > evictionScore(worst, now)) worst = state;
  }
  return worst;
}
