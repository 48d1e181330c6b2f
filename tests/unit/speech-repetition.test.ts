import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DecodedWindow } from '../../src/speech/decoder';
import { cutLoop } from '../../src/speech/repetition';
import type { SpecialTokens } from '../../src/speech/tokens';

const special = { endOfText: 100, firstTimestamp: 200 } as SpecialTokens;
const windowOf = (tokens: number[]): DecodedWindow => ({
  tokens,
  logProbabilities: tokens.map(() => -1),
  averageLogProbability: -1,
  noSpeechProbability: 0,
  ended: false,
});
const repeat = (phrase: number[], rounds: number) => Array.from({ length: rounds }, () => phrase).flat();

test('a loop is cut after its first round, and ends when that was said', () => {
  const cut = cutLoop(windowOf([200, 1, 2, 3, ...repeat([4, 5, 6], 6)]), special);
  expect(cut!.tokens).toEqual([200, 1, 2, 3, 4, 5, 6, 200 + 60]);
  expect(cut!.logProbabilities).toHaveLength(8);
});

test('timestamps between the rounds do not hide it', () => {
  const rounds = [0, 1, 2, 3, 4].flatMap((i) => [200 + 100 * i, 7, 8, 9, 250 + 100 * i]);
  const cut = cutLoop(windowOf(rounds), special);
  expect(cut!.tokens.filter((token) => token < 100)).toEqual([7, 8, 9]);
});

test('a refrain, and a word said with emphasis, are none', () => {
  expect(cutLoop(windowOf([200, ...repeat([4, 5, 6, 7], 3)]), special)).toBeNull();
  expect(cutLoop(windowOf([200, 1, 2, ...repeat([9], 6)]), special)).toBeNull();
  expect(cutLoop(windowOf([]), special)).toBeNull();
});

test('what is kept is how the text began, and has no loop any more', () => {
  const token = fc.integer({ min: 1, max: 4 });
  const input = fc.record({
    before: fc.array(token, { maxLength: 10 }),
    phrase: fc.array(token, { minLength: 1, maxLength: 6 }),
    rounds: fc.integer({ min: 13, max: 20 }),
  });
  fc.assert(
    fc.property(input, ({ before, phrase, rounds }) => {
      const tokens = [200, ...before, ...repeat(phrase, rounds)];
      const cut = cutLoop(windowOf(tokens), special)!;
      const text = cut.tokens.slice(1, -1);
      expect(tokens.slice(1, 1 + text.length)).toEqual(text);
      expect(text.length).toBeLessThanOrEqual(before.length + phrase.length);
      expect(cutLoop(cut, special)).toBeNull();
    }),
  );
});
