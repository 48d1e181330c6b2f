import fc from 'fast-check';
import { expect, test } from 'vitest';
import { speakerErrors } from '../../src/evaluation/speaker-errors';
import { exportTranscript } from '../../src/transcript/export';
import { formatRttm, parseRttm } from '../../src/transcript/rttm';
import { turnsOf, type Turn } from '../../src/transcript/turns';

const turn = (speaker: string, startSeconds: number, endSeconds: number): Turn => ({
  speaker,
  startSeconds,
  endSeconds,
});

test('labels are matched by the time they share, and what is left is told by its kind', () => {
  const reference = [turn('Holm', 0, 10), turn('Ines', 8, 20)];
  const hypothesis = [turn('1', 0, 8), turn('2', 8, 21), turn('1', 15, 16)];
  const found = speakerErrors(reference, hypothesis);
  expect(found.mapping).toEqual([
    { reference: 'Holm', hypothesis: '1', sharedSeconds: 8 },
    { reference: 'Ines', hypothesis: '2', sharedSeconds: 12 },
  ]);
  expect(found).toMatchObject({
    missedSeconds: 2,
    falseAlarmSeconds: 2,
    confusionSeconds: 0,
    totalSeconds: 22,
  });
  expect(found.rate).toBeCloseTo(4 / 22, 12);
  expect(found.errors.map(({ kind, startSeconds, endSeconds }) => [kind, startSeconds, endSeconds])).toEqual([
    ['missed', 8, 10],
    ['false alarm', 15, 16],
    ['false alarm', 20, 21],
  ]);
});

test('a collar takes both sides of every boundary of the reference out', () => {
  const found = speakerErrors([turn('a', 1, 5)], [turn('x', 0.8, 5.2)], { collarSeconds: 0.25 });
  expect(found).toMatchObject({ rate: 0, errors: [], collarSeconds: 0.25 });
  expect(found.totalSeconds).toBeCloseTo(3.5, 12);
});

test('one voice under two labels is confusion for the lesser of them', () => {
  const found = speakerErrors([turn('a', 0, 10)], [turn('x', 0, 6), turn('y', 6, 10)]);
  expect(found.rate).toBeCloseTo(0.4, 12);
  expect(found.errors).toMatchObject([
    { kind: 'confusion', startSeconds: 6, endSeconds: 10, reference: ['a'], hypothesis: ['y'], seconds: 4 },
  ]);
});

test('without speech in the reference there is no rate, unless nothing was heard either', () => {
  expect(speakerErrors([], []).rate).toBe(0);
  expect(speakerErrors([], [turn('x', 0, 1)])).toMatchObject({ rate: null, falseAlarmSeconds: 1 });
});

test('what is written as RTTM reads back, to the millisecond', () => {
  const time = fc.integer({ min: 0, max: 40_000_000 });
  const turns = fc.array(fc.tuple(fc.stringMatching(/^[A-Za-z0-9_-]{1,12}$/), time, time));
  fc.assert(
    fc.property(turns, (listed) => {
      const written = listed
        .map(([speaker, start, length]) => turn(speaker, start / 1000, (start + length + 1) / 1000))
        .sort((a, b) => a.startSeconds - b.startSeconds);
      const read = parseRttm(formatRttm('talk', written));
      expect(read.map(rounded)).toEqual(written.map(rounded));
    }),
  );
});

const rounded = ({ speaker, startSeconds, endSeconds }: Turn) => [
  speaker,
  startSeconds.toFixed(3),
  endSeconds.toFixed(3),
];

test('RTTM of others: comments and other kinds are passed over, a broken line is named', () => {
  const text = [
    ';; made by hand',
    'SPKR-INFO talk 1 <NA> <NA> <NA> unknown A <NA> <NA>',
    'SPEAKER talk 1 1.5 2 <NA> <NA> A <NA> <NA>\r',
    'SPEAKER\ttalk 1 .5 1e0 <NA> <NA> B',
    '',
  ].join('\n');
  expect(parseRttm(text)).toEqual([turn('B', 0.5, 1.5), turn('A', 1.5, 3.5)]);
  expect(() => parseRttm('\nSPEAKER talk 1 one 2 <NA> <NA> A <NA> <NA>')).toThrow(
    expect.objectContaining({
      code: 'evaluation/bad-rttm',
      values: expect.objectContaining({ line: 2 }) as unknown,
    }),
  );
});

test('a transcript as RTTM joins what one voice says without a pause; space in names is written as _', () => {
  const segment = (startSeconds: number, endSeconds: number, speaker?: string) => ({
    startSeconds,
    endSeconds,
    text: 'x',
    noSpeechProbability: 0,
    averageLogProbability: 0,
    chunkIndex: 0,
    ...(speaker === undefined ? {} : { speaker }),
  });
  const transcript = {
    name: 'my call.wav',
    durationSeconds: 9,
    language: null,
    gaps: [],
    segments: [
      segment(0, 2, 'Ines Holm'),
      segment(1, 3, 'Me'),
      segment(2, 4, 'Ines Holm'),
      segment(6, 7.25, 'Ines Holm'),
      segment(8, 9),
    ],
  };
  expect(turnsOf(transcript)).toHaveLength(4);
  expect(exportTranscript(transcript, 'rttm')).toBe(
    [
      'SPEAKER my_call 1 0.000 4.000 <NA> <NA> Ines_Holm <NA> <NA>',
      'SPEAKER my_call 1 1.000 2.000 <NA> <NA> Me <NA> <NA>',
      'SPEAKER my_call 1 6.000 1.250 <NA> <NA> Ines_Holm <NA> <NA>',
      'SPEAKER my_call 1 8.000 1.000 <NA> <NA> UNKNOWN <NA> <NA>',
      '',
    ].join('\n'),
  );
});
