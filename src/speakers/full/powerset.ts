/**
 * What pyannote's segmentation says of a window. In: scores of seven classes for each frame: nobody, each of three
 * voices, each pair of them. Out: who is heard in which frames. "Powerset" is its authors' word (Plaquet and Bredin
 * 2023). Pure.
 */
import type { TimeRange } from '../../lib/time-ranges';
import { SAMPLE_RATE } from '../../lib/units';

export const LOCAL_SPEAKERS = 3;
const CLASSES: readonly (readonly number[])[] = [[], [0], [1], [2], [0, 1], [0, 2], [1, 2]];
export const POWERSET_CLASSES = CLASSES.length;

/** Of SincNet: a frame every 270 samples, each seen through 991. */
const FRAME_STEP = 270;
const FRAME_REACH = 991;

/** Middle of a frame, in seconds of the window. */
export const frameSeconds = (frame: number): number => (frame * FRAME_STEP + FRAME_REACH / 2) / SAMPLE_RATE;
const HALF_STEP_SECONDS = FRAME_STEP / 2 / SAMPLE_RATE;

/** `scores` `[frames, 7]`, larger is likelier. Out: for each of three voices, one number a frame: 1 heard, 0 not. */
export function decodePowerset(scores: Float32Array): Uint8Array[] {
  const frames = scores.length / POWERSET_CLASSES;
  const heard = Array.from({ length: LOCAL_SPEAKERS }, () => new Uint8Array(frames));
  for (let frame = 0; frame < frames; frame++) {
    const row = scores.subarray(frame * POWERSET_CLASSES, (frame + 1) * POWERSET_CLASSES);
    let best = 0;
    row.forEach((score, i) => (best = score > row[best]! ? i : best));
    for (const voice of CLASSES[best]!) heard[voice]![frame] = 1;
  }
  return heard;
}

/** Frames in which this voice is heard and no other is. */
export function alone(heard: readonly Uint8Array[], voice: number): Uint8Array {
  return heard[voice]!.map((mine, frame) =>
    mine && heard.every((one, i) => i === voice || !one[frame]) ? 1 : 0,
  );
}

/** Frames as stretches, in seconds of the window; the first and the last frame reach to its ends. */
export function stretchesOf(frames: Uint8Array, windowSeconds: number): TimeRange[] {
  const stretches: TimeRange[] = [];
  frames.forEach((heard, frame) => {
    if (!heard) return;
    const startSeconds = frame === 0 ? 0 : frameSeconds(frame) - HALF_STEP_SECONDS;
    const endSeconds = frame === frames.length - 1 ? windowSeconds : frameSeconds(frame) + HALF_STEP_SECONDS;
    const last = stretches.at(-1);
    if (last && frames[frame - 1]) last.endSeconds = endSeconds;
    else stretches.push({ startSeconds, endSeconds });
  });
  return stretches;
}
