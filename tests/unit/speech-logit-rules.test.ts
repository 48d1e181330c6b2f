import fc from 'fast-check';
import { expect, test } from 'vitest';
import { freshHistory, GREEDY, LogitRules, probabilityOf } from '../../src/speech/logit-rules';
import type { SpecialTokens } from '../../src/speech/tokens';

/** A vocabulary small enough to see: text 0 to 9, end 10, start 11, no timestamps 12, timestamps 13 to 20. */
const tokens: SpecialTokens = {
  endOfText: 10,
  startOfTranscript: 11,
  transcribe: null,
  translate: null,
  startOfPrevious: null,
  noTimestamps: 12,
  firstTimestamp: 13,
  noSpeech: null,
  languages: new Map(),
};
const VOCABULARY = 21;
const MAX_INITIAL = 3;
const SUPPRESSED = [4];
const rules = new LogitRules(tokens, VOCABULARY, {
  suppress: SUPPRESSED,
  suppressAtBegin: [],
  maxInitialTimestamp: MAX_INITIAL,
});

/** transformers' SuppressTokensLogitsProcessor and WhisperTimeStampLogitsProcessor, written out plainly. */
function reference(
  row: readonly number[],
  said: readonly number[],
): { token: number; logProbability: number } {
  const scores = [...row];
  const forbid = (from: number, to: number) => scores.fill(-Infinity, from, to);
  for (const token of SUPPRESSED) scores[token] = -Infinity;
  scores[tokens.noTimestamps] = -Infinity;
  const isTimestamp = (token: number) => token >= tokens.firstTimestamp;
  const last = said.length >= 1 && isTimestamp(said.at(-1)!);
  const penultimate = said.length < 2 || isTimestamp(said.at(-2)!);
  if (last) forbid(penultimate ? tokens.firstTimestamp : 0, penultimate ? VOCABULARY : tokens.endOfText);
  const timestamps = said.filter(isTimestamp);
  if (timestamps.length > 0) {
    forbid(tokens.firstTimestamp, last && !penultimate ? timestamps.at(-1)! : timestamps.at(-1)! + 1);
  }
  if (said.length === 0) {
    forbid(0, tokens.firstTimestamp);
    forbid(tokens.firstTimestamp + MAX_INITIAL + 1, VOCABULARY);
  }
  const logSum = (values: readonly number[]) =>
    Math.log(values.reduce((sum, value) => sum + Math.exp(value), 0));
  if (logSum(scores.slice(tokens.firstTimestamp)) > Math.max(...scores.slice(0, tokens.firstTimestamp))) {
    forbid(0, tokens.firstTimestamp);
  }
  const token = scores.indexOf(Math.max(...scores));
  return { token, logProbability: scores[token]! - logSum(scores) };
}

function historyOf(said: readonly number[]) {
  const history = freshHistory();
  for (const token of said) rules.advance(history, token);
  return history;
}

const logits = fc.array(fc.double({ min: -8, max: 8, noNaN: true }), {
  minLength: VOCABULARY,
  maxLength: VOCABULARY,
});
const text = fc.integer({ min: 0, max: 9 });
const said = fc
  .array(
    fc.tuple(
      fc.integer({ min: 0, max: 4 }),
      fc.array(text, { maxLength: 3 }),
      fc.integer({ min: 0, max: 2 }),
    ),
    {
      maxLength: 2,
    },
  )
  .map((spans) => {
    let at = tokens.firstTimestamp;
    return spans.flatMap(([, words, closing]) => [
      at,
      ...words,
      ...Array.from({ length: closing }, () => (at = Math.min(at + 1, 20))),
    ]);
  });

test('the token chosen, and its probability, are those of the reference rules', () => {
  fc.assert(
    fc.property(logits, said, (values, history) => {
      const row = Float32Array.from(values);
      fc.pre(new Set(row).size > 1);
      const expected = reference([...row], history);
      fc.pre(Number.isFinite(expected.logProbability));
      const choice = rules.choose(row, historyOf(history), GREEDY);
      expect(choice.token).toBe(expected.token);
      expect(choice.logProbability).toBeCloseTo(expected.logProbability, 4);
    }),
    { numRuns: 2000 },
  );
});

test('a row begins with a timestamp, no later than the model allows', () => {
  const row = new Float32Array(VOCABULARY);
  row[2] = 9;
  row[20] = 5;
  row[15] = 1;
  expect(rules.choose(row, freshHistory(), GREEDY).token).toBe(15);
});

test('after the timestamp that closes a segment comes its twin, a later one, or the end', () => {
  const row = new Float32Array(VOCABULARY);
  row[2] = 9;
  row[14] = 5;
  row[16] = 3;
  expect(rules.choose(row, historyOf([13, 1, 16]), GREEDY).token).toBe(16);
});

test('drawing at a temperature gives the same for the same random numbers and never a forbidden token', () => {
  fc.assert(
    fc.property(logits, fc.double({ min: 0, max: 0.999, noNaN: true }), (values, random) => {
      const row = Float32Array.from(values);
      fc.pre(new Set(row).size > 1);
      const sampling = { temperature: 0.6, random: () => random };
      const history = historyOf([13, 1]);
      const { token } = rules.choose(row, history, sampling);
      expect(rules.choose(row, history, sampling).token).toBe(token);
      expect([...SUPPRESSED, tokens.noTimestamps, 13]).not.toContain(token);
    }),
  );
});

test('what a lost graphics device gives is refused', () => {
  expect(() => rules.choose(new Float32Array(VOCABULARY), freshHistory(), GREEDY)).toThrow(
    'speech/garbage-logits',
  );
  const broken = Float32Array.from({ length: VOCABULARY }, (_, i) => (i === 15 ? NaN : i));
  expect(() => rules.choose(broken, freshHistory(), GREEDY)).toThrow('speech/garbage-logits');
});

test('a probability is that of the softmax', () => {
  expect(probabilityOf(Float32Array.of(0, Math.log(3), 0), 1)).toBeCloseTo(0.6, 6);
});
