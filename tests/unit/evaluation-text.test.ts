import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alignSymbols, countEdits, type Step } from '../../src/evaluation/align';
import { textErrors } from '../../src/evaluation/text-errors';
import { createRandom } from '../fixtures/random';

const plain = (text: string) => [{ text, startSeconds: null }];

test('errors stand in their passages, between the words that agree', () => {
  const { words, passages } = textErrors(
    plain('ask not what your country can do'),
    plain('ask what you are country can do for you'),
  );
  expect(words).toMatchObject({ substitutions: 1, insertions: 3, deletions: 1, errors: 5, total: 7 });
  expect(words.rate).toBeCloseTo(5 / 7, 12);
  expect(passages.map(({ kind, reference, hypothesis }) => [kind, reference, hypothesis])).toEqual([
    ['equal', ['ask'], ['ask']],
    ['deletion', ['not'], []],
    ['equal', ['what'], ['what']],
    ['substitution', ['your'], ['you']],
    ['insertion', [], ['are']],
    ['equal', ['country', 'can', 'do'], ['country', 'can', 'do']],
    ['insertion', [], ['for', 'you']],
  ]);
});

test('a passage tells when it is spoken, by the hypothesis first', () => {
  const { passages } = textErrors(
    [
      { text: 'one two', startSeconds: 1 },
      { text: 'three', startSeconds: 5 },
    ],
    [{ text: 'one too', startSeconds: 1.5 }],
  );
  expect(passages.map(({ kind, startSeconds }) => [kind, startSeconds])).toEqual([
    ['equal', 1.5],
    ['substitution', 1.5],
    ['deletion', 5],
  ]);
});

test('case and punctuation count unless they are to be ignored; where lines break never does', () => {
  const spoken = plain('“Yes,” said Holm – don’t.');
  const written = plain('yes said\nholm  dont');
  expect(textErrors(spoken, written).words).toMatchObject({ errors: 4, total: 5 });
  const lenient = textErrors(spoken, written, { ignoreCase: true, ignorePunctuation: true });
  expect(lenient.words).toMatchObject({ errors: 0, total: 4, rate: 0 });
  expect(lenient.characters.errors).toBe(0);
  expect(lenient.passages[0]?.reference.join(' ')).toBe('“Yes,” said Holm don’t.');
  expect(textErrors(plain('e\u0301t\u00e9'), plain('\u00e9te\u0301')).characters.errors).toBe(0);
});

test('a reference without words has no rate, unless there is nothing to be wrong about', () => {
  expect(textErrors(plain(' '), plain('\n')).words.rate).toBe(0);
  expect(textErrors(plain(''), plain('a word')).words).toMatchObject({ rate: null, errors: 2 });
  expect(textErrors(plain('a word'), plain('')).words).toMatchObject({ rate: 1, deletions: 2 });
});

/** The table of the textbook. */
function textbookEdits(a: Int32Array, b: Int32Array): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  a.forEach((symbol, i) => {
    const next = [i + 1];
    b.forEach((other, j) =>
      next.push(Math.min(row[j]! + (symbol === other ? 0 : 1), row[j + 1]! + 1, next[j]! + 1)),
    );
    row = next;
  });
  return row.at(-1)!;
}

function editsOf(steps: readonly Step[]): number {
  return steps.filter((step) => step !== 'equal').length;
}

/** Both sequences by the steps: every symbol once, and those called equal are. */
function expectToDescribe(steps: readonly Step[], a: Int32Array, b: Int32Array): void {
  let [i, j] = [0, 0];
  for (const step of steps) {
    if (step === 'equal' && a[i] !== b[j]) expect.fail(`${a[i]} is not ${b[j]}`);
    if (step !== 'insertion') i++;
    if (step !== 'deletion') j++;
  }
  expect([i, j]).toEqual([a.length, b.length]);
}

test('the bits count the same edits as the table, whatever the lengths', () => {
  const sequence = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 150 });
  fc.assert(
    fc.property(sequence, sequence, (left, right) => {
      const [a, b] = [Int32Array.from(left), Int32Array.from(right)];
      const edits = textbookEdits(a, b);
      expect(countEdits(a, b)).toBe(edits);
      const steps = alignSymbols(a, b);
      expect(editsOf(steps)).toBe(edits);
      expectToDescribe(steps, a, b);
    }),
  );
});

test('texts too long for a table are aligned in halves, with as few edits', () => {
  const random = createRandom(5);
  const a = Int32Array.from({ length: 4000 }, () => Math.floor(random() * 300));
  const b = a.filter(() => random() > 0.1).map((symbol) => (random() < 0.2 ? symbol + 1 : symbol));
  const steps = alignSymbols(a, b);
  expectToDescribe(steps, a, b);
  expect(editsOf(steps)).toBe(textbookEdits(a, b));
});
