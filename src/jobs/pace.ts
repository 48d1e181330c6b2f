/** How fast a job goes and how long it still takes. Pure; times are milliseconds of one monotonic clock. */
export interface Pace {
  /** Seconds of recording per second of work; null before the first batch. */
  speedFactor: number | null;
  /** Null where the speed or the length is unknown. */
  secondsLeft: number | null;
}

export function paceOf(work: {
  startedAt: number;
  now: number;
  /** Where the work began: a resumed job did not do what lies before. */
  fromSeconds: number;
  doneSeconds: number;
  durationSeconds: number | null;
}): Pace {
  const elapsedSeconds = (work.now - work.startedAt) / 1000;
  const workedSeconds = work.doneSeconds - work.fromSeconds;
  if (elapsedSeconds <= 0 || workedSeconds <= 0) return { speedFactor: null, secondsLeft: null };
  const speedFactor = workedSeconds / elapsedSeconds;
  const secondsLeft =
    work.durationSeconds === null ? null : Math.max(0, work.durationSeconds - work.doneSeconds) / speedFactor;
  return { speedFactor, secondsLeft };
}
