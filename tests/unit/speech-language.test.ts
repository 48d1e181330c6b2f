import { describe, expect, test } from 'vitest';
import { LanguageTally, likeliest, oddsOf } from '../../src/speech/language-tally';

const none = { voters: 0, votes: {} };
const odds = (en: number, de: number) =>
  new Map([
    ['en', en],
    ['de', de],
  ]);

describe('the vote on a language', () => {
  test('is won by the sum of probabilities: one odd window does not decide', () => {
    const tally = new LanguageTally(none);
    expect(tally.leader).toBeNull();
    tally.add(odds(0.1, 0.9));
    expect(tally.leader).toBe('de');
    for (let i = 0; i < 3; i++) tally.add(odds(0.7, 0.3));
    expect(tally.leader).toBe('en');
    expect(tally.isDecided).toBe(false);
    tally.add(odds(0.7, 0.3));
    expect(tally.isDecided).toBe(true);
  });

  test('goes on from a checkpoint as if it had never stopped', () => {
    const [whole, first] = [new LanguageTally(none), new LanguageTally(none)];
    const windows = [odds(0.4, 0.6), odds(0.55, 0.45), odds(0.9, 0.1)];
    windows.forEach((each) => whole.add(each));
    first.add(windows[0]!);
    const resumed = new LanguageTally(structuredClone(first.soFar));
    windows.slice(1).forEach((each) => resumed.add(each));
    expect(resumed.soFar).toEqual(whole.soFar);
    expect(resumed.leader).toBe('en');
  });
});

describe('the odds of a window', () => {
  const row = Float32Array.of(9, 1, 3, 2);
  const tokens = new Map([
    ['en', 1],
    ['de', 2],
    ['fr', 3],
  ]);
  test('look at language tokens alone, and sum to 1', () => {
    const all = oddsOf(row, tokens, []);
    expect(likeliest(all)).toBe('de');
    expect([...all.values()].reduce((sum, value) => sum + value, 0)).toBeCloseTo(1);
  });
  test('leave out what the user does not allow', () => {
    const some = oddsOf(row, tokens, ['fr', 'en']);
    expect([...some.keys()]).toEqual(['en', 'fr']);
    expect(likeliest(some)).toBe('fr');
  });
});
