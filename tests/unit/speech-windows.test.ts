import { expect, test } from 'vitest';
import type { Chunk, Region } from '../../src/signal/chunk';
import type { Segment } from '../../src/speech/segment';
import { firstWindow, nextWindow } from '../../src/speech/windows';

const chunk = (...speech: [number, number][]): Chunk => ({
  index: 0,
  startSeconds: 100,
  endSeconds: 120,
  samples: new Float32Array(20 * 16_000),
  speech: speech.map(([startSeconds, endSeconds]): Region => ({ startSeconds, endSeconds })),
  voice: null,
});
const heard = (endSeconds: number, text = 'forty characters of text, more or less.'): Segment => ({
  startSeconds: 100,
  endSeconds,
  text,
  noSpeechProbability: 0,
  averageLogProbability: 0,
  chunkIndex: 0,
});

test('where speech goes on behind the last word, a window begins shortly before it', () => {
  const next = nextWindow(firstWindow(chunk([100, 106], [110, 118])), [heard(106)]);
  expect(next?.startSeconds).toBeCloseTo(109.8, 6);
  expect(next?.samples.length).toBe(Math.round(10.2 * 16_000));
});

test('inside unbroken speech it begins where the text ended', () => {
  expect(nextWindow(firstWindow(chunk([100, 118])), [heard(106)])?.startSeconds).toBe(106);
});

test('a short rest, or none, needs no further window', () => {
  expect(nextWindow(firstWindow(chunk([100, 106], [110, 112])), [heard(106)])).toBeNull();
  expect(nextWindow(firstWindow(chunk([100, 119])), [heard(119)])).toBeNull();
});

test('text that would have been spoken at impossible speed is not followed up', () => {
  expect(nextWindow(firstWindow(chunk([100, 118])), [heard(100.5)])).toBeNull();
});

test('without text, or without voice activity, there is one window', () => {
  expect(nextWindow(firstWindow(chunk([100, 118])), [])).toBeNull();
  expect(nextWindow(firstWindow(chunk([100, 120])), [heard(106)])).toBeNull();
});
