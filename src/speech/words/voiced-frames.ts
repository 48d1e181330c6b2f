/**
 * Which 20 ms of a window hold sound. In: samples. Out: one flag for each encoder position. By loudness alone: it
 * serves to move the edge of a word out of a pause, inside a window in which voice activity has heard speech already.
 */
import { SAMPLE_RATE } from '../../lib/units';
import { SECONDS_PER_POSITION } from './token-times';

const FRAME_SAMPLES = SAMPLE_RATE * SECONDS_PER_POSITION;
/** Between the quiet and the loud tenth of the window, in decibels (chosen on tools/spoken-words, 2026-11-25). */
const SHARE_OF_RANGE = 0.4;
/** Digital silence must not move the threshold below what anyone hears. */
const MOST_RANGE_DECIBELS = 60;

export function voicedFrames(samples: Float32Array): Uint8Array {
  const frames = Math.ceil(samples.length / FRAME_SAMPLES);
  const loudness = new Float32Array(frames);
  for (let frame = 0; frame < frames; frame++) {
    const end = Math.min(samples.length, (frame + 1) * FRAME_SAMPLES);
    let power = 0;
    for (let i = frame * FRAME_SAMPLES; i < end; i++) power += samples[i]! ** 2;
    loudness[frame] = 10 * Math.log10(power / (end - frame * FRAME_SAMPLES) + 1e-10);
  }
  const sorted = loudness.slice().sort();
  const loud = sorted[Math.floor(0.95 * (frames - 1))] ?? 0;
  const quiet = Math.max(sorted[Math.floor(0.05 * (frames - 1))] ?? 0, loud - MOST_RANGE_DECIBELS);
  const threshold = quiet + SHARE_OF_RANGE * (loud - quiet);
  // Even sound, without a pause in it, is all voiced.
  return Uint8Array.from(loudness, (decibels) => Number(decibels >= threshold));
}
