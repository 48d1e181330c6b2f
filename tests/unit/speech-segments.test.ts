import { expect, test } from 'vitest';
import type { DecodedWindow } from '../../src/speech/decoder';
import type { WordEdges } from '../../src/speech/words/word-edges';
import { asLongAsItsWords, createSegments } from '../../src/speech/segments';
import type { Tokenizer } from '../../src/speech/tokenizer';
import type { SpecialTokens } from '../../src/speech/tokens';

const WORDS = [' one', ' two', ' th', 'ree', '.', '漢', '字', ' '];
const END = 10;
const special: SpecialTokens = {
  endOfText: END,
  startOfTranscript: 11,
  transcribe: null,
  translate: null,
  startOfPrevious: null,
  noTimestamps: 12,
  firstTimestamp: 13,
  noSpeech: null,
  languages: new Map(),
};
const tokenizer: Pick<Tokenizer, 'decode'> = { decode: (ids) => ids.map((id) => WORDS[id]).join('') };
const at = (seconds: number) => special.firstTimestamp + Math.round(seconds / 0.02);

function segmentsOf(tokens: number[], endSeconds = 110, edges?: WordEdges[]) {
  const window: DecodedWindow = {
    tokens,
    logProbabilities: tokens.map((_, i) => (i % 2 === 1 ? 0 : Math.log(0.5))),
    averageLogProbability: -0.5,
    noSpeechProbability: 0.1,
    ended: true,
  };
  return createSegments(window, { startSeconds: 100, endSeconds, chunkIndex: 3 }, special, tokenizer, edges);
}
const timesAndText = (tokens: number[], endSeconds?: number) =>
  segmentsOf(tokens, endSeconds).map(({ startSeconds, endSeconds: end, text }) => [startSeconds, end, text]);

test('pairs of timestamps become segments in seconds of the recording', () => {
  expect(segmentsOf([at(0.5), 0, 1, at(2)])).toEqual([
    {
      startSeconds: 100.5,
      endSeconds: 102,
      text: 'one two',
      averageLogProbability: -0.5,
      noSpeechProbability: 0.1,
      chunkIndex: 3,
      words: { ends: [3, 7], confidence: [100, 50] },
    },
  ]);
  expect(timesAndText([at(0), 0, at(1), at(1), 1, at(3)])).toEqual([
    [100, 101, 'one'],
    [101, 103, 'two'],
  ]);
});

test('text behind the last timestamp is kept and reaches to the end of the window', () => {
  expect(timesAndText([at(0), 0, at(1), at(2), 1])).toEqual([
    [100, 101, 'one'],
    [102, 110, 'two'],
  ]);
});

test('times outside the window, and an end before its start, are clamped', () => {
  expect(timesAndText([at(4), 0, at(2), at(3), 1, at(28)])).toEqual([
    [104, 104, 'one'],
    [104, 110, 'two'],
  ]);
  expect(timesAndText([at(20), 0, at(25)], 105)).toEqual([[105, 105, 'one']]);
});

test('a word with a timestamp in its middle stays one word, as does a full stop behind it', () => {
  expect(timesAndText([at(0), 0, 2, at(1), at(1), 3, at(2)])).toEqual([[100, 102, 'one three']]);
  expect(timesAndText([at(0), 0, at(1), at(4), 4, at(4)])).toEqual([[100, 104, 'one.']]);
});

test('scripts without spaces keep their segments', () => {
  expect(timesAndText([at(0), 5, at(1), at(1), 6, at(2)])).toEqual([
    [100, 101, '漢'],
    [101, 102, '字'],
  ]);
});

test('a span without letters gives no segment', () => {
  expect(timesAndText([at(0), 7, at(1)])).toEqual([]);
  expect(timesAndText([])).toEqual([]);
});

const edge = (startSeconds: number, endSeconds: number): WordEdges => ({ startSeconds, endSeconds });

test('words have their times in the recording, and segments become as long as their words', () => {
  const heard = segmentsOf([at(0), 0, 1, at(2), at(2), 4, at(3)], 110, [
    edge(0.25, 0.5),
    edge(0.5, 1.5),
    edge(2, 2.5),
  ]);
  expect(heard.map(asLongAsItsWords)).toMatchObject([
    {
      text: 'one two.',
      startSeconds: 100.25,
      endSeconds: 102.5,
      words: { ends: [3, 8], startMs: [100_250, 100_500], endMs: [100_500, 102_500] },
    },
  ]);
});

test('a word that a timestamp cuts is one word', () => {
  const [heard] = segmentsOf([at(0), 0, 2, at(1), at(1), 3, 4, 1, at(3)]);
  expect(heard).toMatchObject({ text: 'one three. two', words: { ends: [3, 10, 14] } });
  expect(heard!.words!.confidence).toHaveLength(3);
});
