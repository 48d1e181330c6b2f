import { expect, test } from 'vitest';
import { paceOf } from '../../src/jobs/pace';

test('speed counts only the work of this run, and the rest is divided by it', () => {
  const work = { startedAt: 1_000, now: 11_000, fromSeconds: 100, doneSeconds: 200, durationSeconds: 400 };
  expect(paceOf(work)).toEqual({ speedFactor: 10, secondsLeft: 20 });
});

test('nothing is promised before the first batch, nor for a recording of unknown length', () => {
  const work = { startedAt: 0, now: 0, fromSeconds: 0, doneSeconds: 0, durationSeconds: 400 };
  expect(paceOf(work)).toEqual({ speedFactor: null, secondsLeft: null });
  expect(paceOf({ ...work, now: 5_000, doneSeconds: 50, durationSeconds: null })).toEqual({
    speedFactor: 10,
    secondsLeft: null,
  });
});
