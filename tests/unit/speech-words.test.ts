import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { letterTimes } from '../../src/speech/words/letter-times';
import { splitWords } from '../../src/speech/words/split-words';
import { type Attention, tokenTimes } from '../../src/speech/words/token-times';
import { voicedFrames } from '../../src/speech/words/voiced-frames';
import { warp } from '../../src/speech/words/warp';
import { wordEdges } from '../../src/speech/words/word-edges';
import type { Tokenizer } from '../../src/speech/tokenizer';

const tokenizerOf = (pieces: readonly string[]): Pick<Tokenizer, 'decode'> => ({
  decode: (ids) => ids.map((id) => pieces[id]).join(''),
});
const split = (...pieces: string[]) =>
  splitWords([...pieces.keys()], tokenizerOf(pieces)).map(({ text }) => text);

describe('words of tokens', () => {
  test('begin at a space, and take the punctuation that touches them', () => {
    expect(split(' I', ' do', "n't", ',', ' ', 'ri', 'ver', ' "', 'now', '"', '.')).toEqual([
      ' I',
      " don't,",
      ' river',
      ' "now".',
    ]);
  });
  test('a dash between spaces is no word, a price is one', () => {
    expect(split(' one', ' —', ' two', ' $', '5')).toEqual([' one —', ' two', ' $5']);
    expect(split(' -', ' one')).toEqual([' - one']);
  });
  test('are characters where there are no spaces', () => {
    expect(split('漢', '字', '。', 'か')).toEqual(['漢', '字。', 'か']);
  });
  test('never cut a character that several tokens make', () => {
    const bytes = [...new TextEncoder().encode(' é漢')];
    const decode = (ids: readonly number[]) => new TextDecoder().decode(Uint8Array.from(ids));
    expect(splitWords(bytes, { decode }).map(({ text }) => text)).toEqual([' é', '漢']);
  });
  test('put together are the text, whatever the tokens', () => {
    const piece = fc.constantFrom(' a', 'b', ',', ' —', ' ', '漢', '。', ' (', ')', '\n', ' $', '9');
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 30 }), (pieces) => {
        const words = splitWords([...pieces.keys()], tokenizerOf(pieces));
        expect(words.map(({ text }) => text).join('')).toBe(pieces.join(''));
        expect(words.reduce((sum, { tokens }) => sum + tokens, 0)).toBe(pieces.length);
      }),
    );
  });
});

/** Rows look at the given positions, and a little around them. */
function looking(places: readonly number[], positions: number): Attention {
  const weights = places.flatMap((place) => {
    const row = Array.from({ length: positions }, (_, at) => Math.exp(-((at - place) ** 2) / 18) + 1e-3);
    const sum = row.reduce((a, b) => a + b, 0);
    return row.map((value) => value / sum);
  });
  return { weights: Float32Array.from(weights), heads: 1, rows: places.length, positions };
}

describe('when tokens are said', () => {
  test('is between the places where the decoder looks', () => {
    // A prompt of one row, three tokens, the end of text.
    const times = tokenTimes(looking([0, 10, 40, 80, 110], 120), 1, 3, 120);
    expect(times[0]).toBe(0);
    [25, 60, 95].forEach((position, i) => {
      expect(Math.abs(times[i + 1]! / 0.02 - position)).toBeLessThan(6);
    });
  });
  test('never falls and stays inside, whatever the attention', () => {
    const shape = fc.record({
      rows: fc.integer({ min: 2, max: 8 }),
      positions: fc.integer({ min: 1, max: 20 }),
      sound: fc.integer({ min: 1, max: 25 }),
      seed: fc.array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: 160, maxLength: 160 }),
    });
    fc.assert(
      fc.property(shape, ({ rows, positions, sound, seed }) => {
        const weights = Float32Array.from(seed.slice(0, rows * positions));
        const times = [...tokenTimes({ weights, heads: 1, rows, positions }, 0, rows - 1, sound)];
        expect(times).toHaveLength(rows);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
        expect(times.at(-1)).toBeLessThanOrEqual(0.02 * Math.min(sound, positions));
      }),
    );
  });
  test('warping finds the best way through', () => {
    const fit = Float32Array.of(1, 1, -1, -1, -1, -1, -1, 1, 1, -1, -1, -1, -1, -1, 1);
    expect([...warp(fit, 3, 5)]).toEqual([0, 2, 4]);
  });
});

describe('edges of words', () => {
  const voiced = (text: string) => Uint8Array.from(text, (mark) => Number(mark === 'x'));

  test('leave the pause before, the pause after, and the tail of the word before the pause', () => {
    const frames = voiced('......xxxxxxxxx......xxxxxx.....');
    expect(wordEdges([0, 0.24, 0.64], frames, 0.64)).toEqual([
      { startSeconds: 6 * 0.02, endSeconds: 0.24 },
      { startSeconds: 21 * 0.02, endSeconds: 27 * 0.02 },
    ]);
  });
  test('of words that share the last moment are spread out before it', () => {
    const edges = wordEdges([0, 1, 1, 1, 1], new Uint8Array(50).fill(1), 1);
    expect(edges.map(({ startSeconds }) => Math.round(1000 * startSeconds))).toEqual([0, 880, 920, 960]);
  });
  test('are in order, inside the window, and no word has no length', () => {
    const input = fc.record({
      frames: fc.array(fc.boolean(), { minLength: 1, maxLength: 80 }),
      places: fc.array(fc.integer({ min: 0, max: 80 }), { minLength: 2, maxLength: 12 }),
    });
    fc.assert(
      fc.property(input, ({ frames, places }) => {
        const lengthSeconds = frames.length * 0.02;
        const starts = places.map((place) => Math.min(place, frames.length) * 0.02).toSorted((a, b) => a - b);
        let earliest = 0;
        for (const { startSeconds, endSeconds } of wordEdges(
          starts,
          Uint8Array.from(frames, Number),
          lengthSeconds,
        )) {
          expect(startSeconds).toBeGreaterThanOrEqual(earliest - 1e-9);
          expect(endSeconds).toBeGreaterThan(startSeconds);
          earliest = endSeconds;
        }
        expect(earliest).toBeLessThanOrEqual(lengthSeconds + 1e-9);
      }),
    );
  });
});

test('frames with sound are those well above the quiet ones', () => {
  const samples = Float32Array.from({ length: 1600 }, (_, i) => (i < 640 ? 0.001 : 0.3) * Math.sin(i / 3));
  expect([...voicedFrames(samples)]).toEqual([0, 0, 1, 1, 1]);
  expect([...voicedFrames(new Float32Array(640))]).toEqual([1, 1]);
});

test('without attention, letters are spread over the frames with sound', () => {
  const times = letterTimes([' a', ' bcd'], Uint8Array.of(0, 0, 1, 1, 0, 0, 1, 1, 1, 1, 0));
  expect(times.map((time) => Math.round(time / 0.02))).toEqual([2, 6, 10]);
  expect(letterTimes([' a'], new Uint8Array(3))).toEqual([0, 0.06]);
});
