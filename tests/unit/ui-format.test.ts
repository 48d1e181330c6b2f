/** Numbers as people read them. */
import { describe, expect, test } from 'vitest';
import {
  count,
  formatDate,
  formatDuration,
  formatLength,
  formatSize,
  formatSpeed,
  formatTimeLeft,
  spokenDuration,
  titleOf,
} from '../../src/ui/format';

test('a position counts whole seconds, and never runs ahead of the sound', () => {
  expect([0, 7.9, 59.999, 60, 2791, 3764, 36_000].map(formatDuration)).toEqual([
    '0:00',
    '0:07',
    '0:59',
    '1:00',
    '46:31',
    '1:02:44',
    '10:00:00',
  ]);
});

test('time left is rounded up, and hours drop the seconds', () => {
  expect([0.2, 4, 60, 455.1, 7512].map(formatTimeLeft)).toEqual([
    '1 s',
    '4 s',
    '1 min 0 s',
    '7 min 36 s',
    '2 h 5 min',
  ]);
});

test('a screen reader hears a time as words', () => {
  expect(spokenDuration(3764)).toBe('1 hour 2 minutes 44 seconds');
  expect(spokenDuration(7200)).toBe('2 hours');
  expect(spokenDuration(1)).toBe('1 second');
  expect(spokenDuration(0)).toBe('0 seconds');
  expect(formatLength(0.4)).toBe('Less than a second');
  expect(formatLength(19)).toBe('19 seconds');
});

test('speed is rounded down, sizes to what fits the eye', () => {
  expect([0.96, 9.49, 99.97, 112.9].map(formatSpeed)).toEqual(['0.9×', '9.4×', '99.9×', '112×']);
  expect([0, 999, 1000, 9_960_000, 868_000_000, 1_700_000_000].map(formatSize)).toEqual([
    '0 bytes',
    '999 bytes',
    '1.0 kB',
    '10 MB',
    '868 MB',
    '1.7 GB',
  ]);
  expect(count(1, 'word')).toBe('1 word');
  expect(count(18_912, 'word')).toBe('18,912 words');
  expect(count(2, 'person', 'people')).toBe('2 people');
});

describe('a date', () => {
  const now = new Date(2026, 10, 21, 10, 0).getTime();
  const at = (...parts: [number, number, number, number, number]) =>
    formatDate(new Date(...parts).getTime(), now);

  test('is as near as it can be said', () => {
    expect(at(2026, 10, 21, 0, 1)).toBe('Today, 00:01');
    expect(at(2026, 10, 20, 23, 59)).toBe('Yesterday, 23:59');
    expect(at(2026, 10, 17, 9, 0)).toBe('17 November');
    expect(at(2024, 2, 3, 9, 0)).toBe('3 March 2024');
  });
});

test('a title is the file name without its ending, unless nothing else is left', () => {
  expect(titleOf('holm-02.wav')).toBe('holm-02');
  expect(titleOf('Dr. Reyes, day 2.m4a')).toBe('Dr. Reyes, day 2');
  expect(titleOf('interview')).toBe('interview');
  expect(titleOf('.wav')).toBe('.wav');
});
