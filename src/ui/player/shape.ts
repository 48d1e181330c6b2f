/**
 * The outline of a recording for its navigator: what is said, over time. In: segments and the length.
 * Out: an SVG path around the middle of a 1000 by 48 box: a swell for each word, the longer the higher, a hairline
 * where nothing is said. It is drawn from the text alone, so that it costs no second pass over the sound.
 */
import { joinRanges, type TimeRange } from '../../lib/time-ranges';
import type { Segment } from '../../speech/segment';

export const SHAPE_WIDTH = 1000;
export const SHAPE_HEIGHT = 48;
const BINS = 330;
const THINNEST = 0.03;

/** A word of one letter is a third as high as one of twelve; longer ones are drawn no higher. */
const heightOf = (word: string): number => 0.28 + 0.72 * Math.min(1, word.length / 12);

/** Thickness for each of `BINS` equal stretches, 0 to 1. Inside a segment, words take time by their letters. */
export function createThickness(segments: readonly Segment[], durationSeconds: number): Float32Array {
  const thickness = new Float32Array(BINS);
  if (durationSeconds <= 0) return thickness;
  const binsPerSecond = BINS / durationSeconds;
  for (const segment of segments) {
    const secondsPerLetter = (segment.endSeconds - segment.startSeconds) / segment.text.length;
    let letters = 0;
    for (const word of segment.text.split(' ')) {
      const from = (segment.startSeconds + letters * secondsPerLetter) * binsPerSecond;
      // The stretch after a word is its share of silence.
      addSwell(thickness, from, from + word.length * secondsPerLetter * binsPerSecond, heightOf(word));
      letters += word.length + 1;
    }
  }
  return thickness;
}

/** Adds a swell of that height, by the share of each bin that it covers. */
function addSwell(thickness: Float32Array, from: number, to: number, height: number): void {
  const last = Math.min(thickness.length - 1, Math.floor(to));
  for (let bin = Math.max(0, Math.floor(from)); bin <= last; bin++) {
    const [start, end] = [Math.max(from, bin), Math.min(to, bin + 1)];
    if (end <= start) continue;
    const through = ((start + end) / 2 - from) / (to - from);
    const swell = height * Math.sqrt(Math.sin(Math.PI * through));
    thickness[bin] = Math.min(1, (thickness[bin] ?? 0) + (end - start) * swell);
  }
}

/** Where somebody was heard, as one path of bars in a box of that width and height 1. */
export function speechPath(speech: readonly TimeRange[], durationSeconds: number): string {
  if (durationSeconds <= 0) return '';
  const scale = SHAPE_WIDTH / durationSeconds;
  // What is closer than half a unit is one bar: ten hours hold twenty thousand stretches.
  return joinRanges(speech, 0.5 / scale)
    .map(({ startSeconds, endSeconds }) => {
      const from = startSeconds * scale;
      return `M${from.toFixed(1)} 0h${Math.max(0.5, endSeconds * scale - from).toFixed(1)}v1H${from.toFixed(1)}Z`;
    })
    .join('');
}

export function shapePath(thickness: Float32Array): string {
  const middle = SHAPE_HEIGHT / 2;
  const step = SHAPE_WIDTH / thickness.length;
  const x = (index: number) => Math.round((index + 0.5) * step);
  const half = (value: number) => Math.max(THINNEST, value) * middle * 0.9;
  const upper = [...thickness].map((value, index) => `L${x(index)} ${(middle - half(value)).toFixed(1)}`);
  const lower = [...thickness]
    .map((value, index) => `L${x(index)} ${(middle + half(value)).toFixed(1)}`)
    .reverse();
  return `M0 ${middle}${upper.join('')}L${SHAPE_WIDTH} ${middle}${lower.join('')}Z`;
}

/** Times to write under a navigator: round steps, at most five, none so late that it would touch the end. */
export function createTicks(durationSeconds: number): number[] {
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 18_000, 36_000];
  const step = steps.find((each) => durationSeconds / each <= 5) ?? 86_400;
  const ticks: number[] = [];
  for (let at = 0; at < durationSeconds * 0.85; at += step) ticks.push(at);
  return ticks;
}
