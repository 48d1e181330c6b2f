import { describe, expect, test } from 'vitest';
import type { Segment } from '../../src/speech/segment';
import { applyPassages } from '../../src/transcript/passages';
import { composePassage, differences, diffPassage, textOf } from '../../src/ui/passage/passage-diff';

/** A word a second, timed. */
function segment(startSeconds: number, text: string, more: Partial<Segment> = {}): Segment {
  const words = [...text.matchAll(/\S+/g)];
  const starts = words.map((_, i) => 1000 * (startSeconds + i));
  return {
    startSeconds,
    endSeconds: startSeconds + words.length,
    text,
    noSpeechProbability: 0,
    averageLogProbability: -0.1,
    chunkIndex: 0,
    words: {
      ends: words.map((word) => word.index + word[0].length),
      confidence: words.map(() => 90),
      startMs: starts,
      endMs: starts.map((start) => start + 1000),
    },
    ...more,
  };
}
const gap = { startSeconds: 20, endSeconds: 25, reason: 'speech/no-text' } as const;
const text = {
  segments: [segment(0, 'one two'), segment(2, 'thee fore', { speaker: 'Ada' }), segment(4, 'five')],
  gaps: [gap],
};

describe('accepted passages', () => {
  test('take the place of what lay inside them, and keep who spoke', () => {
    const { segments, gaps } = applyPassages(text, [
      { startSeconds: 2, endSeconds: 4, segments: [segment(2, 'three four')] },
    ]);
    expect(segments.map((each) => [each.text, each.speaker])).toEqual([
      ['one two', undefined],
      ['three four', 'Ada'],
      ['five', undefined],
    ]);
    expect(gaps).toEqual([gap]);
    expect(text.segments[1]!.text).toBe('thee fore');
  });
  test('fill a gap, and follow one another', () => {
    const filled = { startSeconds: 20, endSeconds: 25, segments: [segment(20, 'late')] };
    const again = { startSeconds: 20, endSeconds: 25, segments: [segment(20, 'later')] };
    const { segments, gaps } = applyPassages(text, [filled, again]);
    expect(segments.at(-1)!.text).toBe('later');
    expect(gaps).toEqual([]);
    expect(applyPassages(text, [{ ...filled, segments: [] }]).gaps).toEqual([gap]);
  });
});

describe('two writings', () => {
  const before = [segment(0, 'we lock every crossing'), segment(4, 'buy the our')];
  const after = [segment(0, 'we log every crossing'), segment(4, 'by the hour now')];
  const pieces = diffPassage(before, after);

  test('differ in places, in order', () => {
    expect(pieces.map((piece) => [textOf(piece.before), textOf(piece.after)])).toEqual([
      ['we', 'we'],
      ['lock', 'log'],
      ['every crossing', 'every crossing'],
      ['buy', 'by'],
      ['the', 'the'],
      ['our', 'hour now'],
    ]);
    expect(differences(pieces)).toBe(3);
    expect(differences(diffPassage(before, before))).toBe(0);
  });
  test('are the new one where all is taken, the old one where nothing is', () => {
    const texts = (taken: boolean) =>
      composePassage(
        pieces,
        pieces.map(() => taken),
      ).map((each) => each.text);
    expect(texts(true)).toEqual(after.map((each) => each.text));
    expect(texts(false)).toEqual(before.map((each) => each.text));
  });
  test('are mixed as they are taken, with the times of each word', () => {
    const mixed = composePassage(pieces, [true, false, true, true, true, false]);
    expect(mixed.map((each) => each.text)).toEqual(['we lock every crossing', 'by the our']);
    expect(mixed[0]!.words!.ends).toEqual([2, 7, 13, 22]);
    expect(mixed[1]!.words!.startMs).toEqual([4000, 5000, 6000]);
  });
  test('from captions are compared too', () => {
    const captions = before.map(({ words: _, ...each }) => each);
    const taken = composePassage(diffPassage(captions, after), [true, true, true, true, true, true]);
    expect(taken.map((each) => each.text)).toEqual(after.map((each) => each.text));
  });
});
