import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Segment } from '../../src/speech/segment';
import {
  createReplacer,
  formatReplacements,
  originalText,
  parseReplacements,
  type Replacement,
} from '../../src/transcript/replacements';
import { wordsOf } from '../../src/transcript/words';

const segment = (text: string, words?: Segment['words']): Segment => ({
  startSeconds: 0,
  endSeconds: 1,
  text,
  noSpeechProbability: 0,
  averageLogProbability: 0,
  chunkIndex: 0,
  ...(words && { words }),
});
const shown = (text: string, ...pairs: [string, string][]) =>
  createReplacer(pairs.map(([from, to]) => ({ from, to })))(segment(text));

test('whole words in any case are replaced, and what stood there is kept', () => {
  expect(shown('Acne corp met ACNE, not acnes.', ['acne', 'Acme'])).toMatchObject({
    text: 'Acme corp met Acme, not acnes.',
    changes: [
      { from: 0, to: 4, original: 'Acne' },
      { from: 14, to: 18, original: 'ACNE' },
    ],
  });
});

test('of two that begin at one place the longer wins, and results are not replaced again', () => {
  const text = shown('new york, new', ['new', 'York'], ['New  York', 'NYC'], ['York', 'new']).text;
  expect(text).toBe('NYC, York');
});

test('signs are taken as they are', () => {
  expect(shown('C++ and c plus plus', ['c plus plus', 'C++'], ['C++', 'C#']).text).toBe('C# and C++');
  expect(shown('a.b acb', ['a.b', '$&']).text).toBe('$& acb');
});

test('a segment in which nothing matches is the same object', () => {
  const before = segment('nothing');
  expect(createReplacer([{ from: 'thing', to: 'x' }])(before)).toBe(before);
  expect(createReplacer([{ from: ' ', to: 'x' }])(before)).toBe(before);
});

test('words keep their times, and those that are replaced together are one', () => {
  const words = {
    ends: [3, 7, 12, 15],
    confidence: [90, 80, 30, 70],
    startMs: [0, 100, 200, 300],
    endMs: [90, 190, 290, 390],
  };
  const { text, words: after } = createReplacer([{ from: 'old york', to: 'NY' }])(
    segment('the old york. x', { ...words, ends: [3, 7, 13, 15] }),
  );
  expect(text).toBe('the NY. x');
  expect(
    wordsOf({ text, ...(after && { words: after }) }).map((word) => [
      word.text,
      word.startSeconds,
      word.probability,
    ]),
  ).toEqual([
    ['the', 0, 0.9],
    ['NY.', 0.1, 0.3],
    ['x', 0.3, 0.7],
  ]);
});

test('lines are read, and wrong ones named', () => {
  const { list, wrongLines } = parseReplacements('# names\nacne => Acme\n\nnothing\n=> x\nerm =>\n');
  expect(list).toEqual([
    { from: 'acne', to: 'Acme' },
    { from: 'erm', to: '' },
  ]);
  expect(wrongLines).toEqual([4, 5]);
  expect(parseReplacements(formatReplacements(list)).list).toEqual(list);
});

test('putting the originals back gives the text that was recognized', () => {
  const word = fc.constantFrom('a', 'b', 'ab', 'a b', 'B', '');
  const list = fc.array(
    fc.record<Replacement>({ from: word, to: fc.constantFrom('', 'x', 'long one', 'a') }),
    { maxLength: 5 },
  );
  const text = fc
    .array(fc.constantFrom('a', 'b', 'ab', 'c', ','), { minLength: 1, maxLength: 12 })
    .map((all) => all.join(' '));
  fc.assert(
    fc.property(list, text, (pairs, before) => {
      const after = createReplacer(pairs)(segment(before));
      expect(originalText(after)).toBe(before);
    }),
  );
});
