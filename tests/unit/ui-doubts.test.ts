import { expect, test } from 'vitest';
import { findDoubts, stepDoubt } from '../../src/ui/transcript/doubts';

const sure = (...confidence: number[]) => ({ words: { ends: confidence.map((_, i) => i + 1), confidence } });

test('words below half are in doubt, but never more than a seventh of all', () => {
  expect(findDoubts([sure(90, 95, 30, 99, 97, 96, 98, 99)])).toEqual([{ segment: 0, word: 2 }]);
  const weak = sure(...Array.from({ length: 70 }, (_, i) => i % 50));
  expect(findDoubts([weak]).length).toBeLessThanOrEqual(10);
  expect(findDoubts([weak]).length).toBeGreaterThan(5);
  expect(findDoubts([{}, sure(50, 51)])).toEqual([]);
});

test('steps go on from a place in either direction, and around the ends', () => {
  const places = [
    { segment: 0, word: 2 },
    { segment: 3, word: 0 },
    { segment: 3, word: 4 },
  ];
  const at = (from: (typeof places)[number] | null, by: 1 | -1) => stepDoubt(places, from, by)!.index;
  expect(at(null, 1)).toBe(0);
  expect(at(places[0]!, 1)).toBe(1);
  expect(at({ segment: 3, word: 1 }, 1)).toBe(2);
  expect(at(places[2]!, 1)).toBe(0);
  expect(at(places[0]!, -1)).toBe(2);
  expect(stepDoubt([], null, 1)).toBeNull();
});
