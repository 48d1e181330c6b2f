import fc from 'fast-check';
import { expect, test } from 'vitest';
import { joinRanges, totalSeconds, withoutRanges, type TimeRange } from '../../src/lib/time-ranges';
import { thresholdsAt } from '../../src/protocol/speech-thresholds';
import type { Chunk } from '../../src/signal/chunk';
import { SpeechRegions } from '../../src/signal/speech-regions';
import { findUncovered } from '../../src/speech/coverage';
import type { Segment } from '../../src/speech/segment';
import { fitToSpeech } from '../../src/speech/fit-to-speech';

const range = (startSeconds: number, endSeconds: number): TimeRange => ({ startSeconds, endSeconds });

const chunk = (index: number, whole: TimeRange, speech: TimeRange[]): Chunk => ({
  index,
  ...whole,
  samples: new Float32Array(0),
  speech,
  voice: null,
});

const segment = (chunkIndex: number, { startSeconds, endSeconds }: TimeRange, text = 'x'): Segment => ({
  startSeconds,
  endSeconds,
  text,
  noSpeechProbability: 0,
  averageLogProbability: 0,
  chunkIndex,
});

test('a chunk without a word is a gap, unless a cough is all there is', () => {
  const chunks = [chunk(0, range(0, 10), [range(1, 9)]), chunk(1, range(20, 23), [range(21, 21.6)])];
  expect(findUncovered(chunks, [])).toEqual([
    { gap: { ...range(0, 10), reason: 'speech/no-text' }, speechSeconds: 8 },
  ]);
});

test('speech that goes on after the text is a gap with its breath; where timestamps cannot be right it is none', () => {
  const speech = [range(1, 5), range(5.3, 8)];
  const chunks = [chunk(0, range(0, 10), speech)];
  const [uncovered] = findUncovered(chunks, [segment(0, range(1, 4))]);
  expect(uncovered?.gap).toEqual({ ...range(4, 8), reason: 'speech/no-text' });
  expect(uncovered?.speechSeconds).toBeCloseTo(3.7, 9);
  expect(findUncovered(chunks, [segment(0, range(1, 2), 'far too much text for one second')])).toEqual([]);
  // Voice activity is off: nothing says that the rest is speech.
  expect(findUncovered([chunk(0, range(0, 10), [range(0, 10)])], [segment(0, range(0, 3))])).toEqual([]);
});

test('whatever is said and written, no second of speech is without text and without a gap', () => {
  const ranges = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 280 }), fc.integer({ min: 1, max: 60 })), { maxLength: 12 })
    .map((pairs) => joinRanges(pairs.map(([start, length]) => range(start / 10, (start + length) / 10))));
  fc.assert(
    fc.property(ranges, ranges, (speech, written) => {
      const whole = chunk(0, range(0, 35), speech);
      const segments = written.map((each) => segment(0, each));
      const covered = [...segments, ...findUncovered([whole], segments).map(({ gap }) => gap)];
      const left = speech.flatMap((each) => withoutRanges(each, joinRanges(covered)));
      for (const each of left) expect(totalSeconds([each])).toBeLessThanOrEqual(1 + 1e-9);
    }),
  );
});

const fitted = (segments: Segment[], whole: Chunk, goesOn = false) =>
  fitToSpeech(segments, whole, { startSeconds: whole.startSeconds, goesOn }).map(
    ({ startSeconds, endSeconds }) => range(startSeconds, endSeconds),
  );

test('text begins and ends where somebody is heard; what has times for its words keeps them', () => {
  const whole = chunk(0, range(0, 10), [range(1.2, 3), range(3.4, 5)]);
  expect(fitted([segment(0, range(0, 3.2)), segment(0, range(3.2, 7))], whole)).toEqual([
    range(1.2, 3),
    range(3.4, 5),
  ]);
  const words = { ends: [1], confidence: [1], startMs: [0], endMs: [3200] };
  expect(fitted([{ ...segment(0, range(0, 3.2)), words }], whole)).toEqual([range(0, 3.2)]);
});

test('the last text reaches to the end of what is left of its speech, if that is too little to be more', () => {
  const ends = (goesOn: boolean, speech: TimeRange[]) =>
    fitted([segment(0, range(1, 4))], chunk(0, range(0, 20), speech), goesOn)[0]!.endSeconds;
  expect(ends(false, [range(1, 5), range(5.5, 7)])).toBe(7);
  expect(ends(true, [range(1, 5), range(5.5, 7)])).toBe(4);
  expect(ends(false, [range(1, 5), range(5.5, 9)])).toBe(4);
  // Voice activity is off: nothing is known of the rest.
  expect(ends(false, [range(0, 20)])).toBe(4);
});

test('text at a time that cannot be, too short or in silence, is laid over the speech by its letters', () => {
  const whole = chunk(0, range(0, 12), [range(1, 3), range(5, 7)]);
  const [first, second] = ['ten lette', 'ters and ninety so'];
  expect(fitted([segment(0, range(1, 1.1), first), segment(0, range(8, 11), second)], whole)).toEqual([
    range(1, 1 + 4 / 3),
    range(1 + 4 / 3, 7),
  ]);
  const halves = [segment(0, range(0, 0), 'one half'), segment(0, range(0, 0), 'and half')];
  expect(fitted(halves, whole)).toEqual([range(1, 3), range(5, 7)]);
});

test('thresholds decide what counts as speech', () => {
  const heard = (startProbability: number) => {
    const thresholds = thresholdsAt(startProbability);
    const regions = new SpeechRegions({ frameSamples: 512, sampleRate: 16_000, thresholds }, 0);
    const probabilities = Float32Array.from({ length: 90 }, (_, frame) =>
      frame < 30 ? 0.3 : frame < 60 ? 0.6 : 0.9,
    );
    return [...regions.push(probabilities), ...regions.finish()].map(({ start }) => start / 512);
  };
  expect(heard(0.2)).toEqual([0]);
  expect(heard(0.5)).toEqual([30]);
  expect(heard(0.8)).toEqual([60]);
  expect(heard(0.95)).toEqual([]);
  expect(thresholdsAt(0.05).endProbability).toBeGreaterThan(0);
});
