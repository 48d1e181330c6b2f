/** Which pieces of a chunk are segmented, and for what part of itself each speaks. Pure. */
import type { TimeRange } from '../../lib/time-ranges';

/** What the model was trained on. */
export const WINDOW_SECONDS = 10;
const HOP_SECONDS = 5;

export interface SegmentWindow {
  /** In seconds of the recording; a chunk shorter than a window is followed by silence. */
  startSeconds: number;
  /** Where neighbouring windows overlap, each tells only of the half that is nearer to its middle. */
  core: TimeRange;
}

export function segmentWindows({ startSeconds, endSeconds }: TimeRange): SegmentWindow[] {
  const room = endSeconds - startSeconds - WINDOW_SECONDS;
  const hops = room <= 0 ? 0 : Math.ceil(room / HOP_SECONDS);
  const starts = Array.from(
    { length: hops + 1 },
    (_, i) => startSeconds + (hops === 0 ? 0 : (room * i) / hops),
  );
  const border = (i: number) => (starts[i]! + starts[i + 1]! + WINDOW_SECONDS) / 2;
  return starts.map((start, i) => ({
    startSeconds: start,
    core: {
      startSeconds: i === 0 ? startSeconds : border(i - 1),
      endSeconds: i === hops ? endSeconds : border(i),
    },
  }));
}

/** What of the stretches lies inside. */
export function within(stretches: readonly TimeRange[], core: TimeRange): TimeRange[] {
  return stretches.flatMap((stretch) => {
    const startSeconds = Math.max(stretch.startSeconds, core.startSeconds);
    const endSeconds = Math.min(stretch.endSeconds, core.endSeconds);
    return endSeconds > startSeconds ? [{ startSeconds, endSeconds }] : [];
  });
}
