/** Our figures against those of jiwer and pyannote.metrics, on pairs that tools/fixtures/evaluation.py wrote. */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { speakerErrors } from '../../src/evaluation/speaker-errors';
import { textErrors } from '../../src/evaluation/text-errors';
import type { Turn } from '../../src/transcript/turns';

interface TextPair {
  reference: string;
  hypothesis: string;
  asWritten: { wer: number; cer: number };
  lenient: { wer: number; cer: number };
}

interface TurnFigures {
  der: number;
  missed: number;
  falseAlarm: number;
  confusion: number;
  total: number;
}

type ListedTurn = [speaker: string, startSeconds: number, endSeconds: number];

interface TurnPair {
  reference: ListedTurn[];
  hypothesis: ListedTurn[];
  exact: TurnFigures;
  collar: TurnFigures;
}

const pairs = async <T>(name: string): Promise<T[]> =>
  JSON.parse(await readFile(new URL(`../fixtures/evaluation/${name}.json`, import.meta.url), 'utf8')) as T[];

test('word and character error rates are those of jiwer', async () => {
  const all = await pairs<TextPair>('texts');
  expect(all).toHaveLength(50);
  for (const { reference, hypothesis, asWritten, lenient } of all) {
    const [spoken, written] = [reference, hypothesis].map((text) => [{ text, startSeconds: null }]);
    const plain = textErrors(spoken!, written!);
    expect(plain.words.rate).toBeCloseTo(asWritten.wer, 8);
    expect(plain.characters.rate).toBeCloseTo(asWritten.cer, 8);
    const loose = textErrors(spoken!, written!, { ignoreCase: true, ignorePunctuation: true });
    expect(loose.words.rate).toBeCloseTo(lenient.wer, 8);
    expect(loose.characters.rate).toBeCloseTo(lenient.cer, 8);
  }
});

test('diarization error rates and their parts are those of pyannote.metrics, with and without a collar', async () => {
  const all = await pairs<TurnPair>('turns');
  expect(all).toHaveLength(50);
  for (const { reference, hypothesis, exact, collar } of all) {
    for (const [collarSeconds, figures] of [
      [0, exact],
      [0.25, collar],
    ] as const) {
      const found = speakerErrors(turns(reference), turns(hypothesis), { collarSeconds });
      expect(found.rate).toBeCloseTo(figures.der, 6);
      expect(found.missedSeconds).toBeCloseTo(figures.missed, 4);
      expect(found.falseAlarmSeconds).toBeCloseTo(figures.falseAlarm, 4);
      expect(found.confusionSeconds).toBeCloseTo(figures.confusion, 4);
      expect(found.totalSeconds).toBeCloseTo(figures.total, 4);
    }
  }
});

const turns = (listed: readonly ListedTurn[]): Turn[] =>
  listed.map(([speaker, startSeconds, endSeconds]) => ({ speaker, startSeconds, endSeconds }));
