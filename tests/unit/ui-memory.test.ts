/** The memory strip: its line, its words, and what is taken for a limit. */
import { expect, test } from 'vitest';
import { createGovernorState } from '../../src/memory/governor';
import { MEGABYTE } from '../../src/memory/limit';
import { HISTORY } from '../../src/memory/meter';
import { parseMegabytes } from '../../src/ui/memory/limit-setting';
import { levelAnnouncement, useWords, whyWords } from '../../src/ui/memory/memory-words';
import { LIMIT_Y, PLOT_HEIGHT, PLOT_WIDTH, plotPath } from '../../src/ui/memory/plot';

/** The corners of a path, as pairs of numbers. */
const points = (path: string) =>
  path
    .slice(1)
    .split('L')
    .map((point) => point.split(' ').map(Number));

test('the line runs from nothing at the foot to the limit, and stays in its box above it', () => {
  expect(plotPath([])).toBe('');
  expect(plotPath([0])).toBe(`M0 ${PLOT_HEIGHT}L1.5 ${PLOT_HEIGHT}`);
  expect(points(plotPath([0.5, 1, 3])).map(([, y]) => y)).toEqual([37, 37, LIMIT_Y, 1]);
});

test('a reading takes one step to the right, and a full history the whole width', () => {
  const steps = points(plotPath([0.1, 0.2, 0.3])).map(([x]) => x);
  expect(steps).toEqual([0, 1.5, 3, 4.5]);
  expect(points(plotPath(Array.from({ length: HISTORY }, () => 0.5))).at(-1)).toEqual([PLOT_WIDTH, 37]);
});

const state = { ...createGovernorState(1_000 * MEGABYTE), usedBytes: 411.6 * MEGABYTE };

test('use is told out of the limit, and not before it was measured', () => {
  expect(useWords(state, true)).toBe('412 MB of the 1,000 MB limit.');
  expect(useWords(state, false)).toBe('Not measured yet. The limit is 1,000 MB.');
});

test('under pressure the strip says why and what changed; afterwards only what is still given up', () => {
  const reason = '91 % of the memory limit is taken.';
  const changed = 'Two windows are written together.';
  expect(whyWords(state)).toBe('');
  expect(whyWords({ ...state, level: 'CRITICAL', rung: 2, reason })).toBe(`${reason} ${changed}`);
  expect(whyWords({ ...state, level: 'NORMAL', rung: 2, reason })).toBe(changed);
  expect(levelAnnouncement('NORMAL', state)).toBe('Memory: normal.');
});

test('a limit is a whole number of megabytes that a page can use', () => {
  expect(['100', ' 800 ', '16000'].map(parseMegabytes)).toEqual([100, 800, 16_000]);
  for (const text of ['', '99', '16001', '1e3', '-500', '12.5', 'lots'])
    expect(parseMegabytes(text)).toBe(null);
});
