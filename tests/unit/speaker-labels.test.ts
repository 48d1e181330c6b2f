import { describe, expect, test } from 'vitest';
import type { Segment } from '../../src/speech/segment';
import { carryNames, editLabels } from '../../src/transcript/edit-labels';
import { exportTranscript } from '../../src/transcript/export';
import { parseRttm } from '../../src/transcript/rttm';
import {
  labelsFromRttm,
  labelsFromTurns,
  labelSegments,
  turnsOfLabels,
  withSpeakers,
  type LabelTurn,
} from '../../src/transcript/speaker-labels';

const ORIGIN = { kind: 'voices', method: 'simple', count: null, distance: 0.65 } as const;
const turn = (startSeconds: number, endSeconds: number, speaker: number): LabelTurn => ({
  startSeconds,
  endSeconds,
  speaker,
});
const LABELS = labelsFromTurns([turn(0, 5, 0), turn(5, 9, 1), turn(9.5, 12, 0)], ORIGIN);

const segment = (startSeconds: number, endSeconds: number, text: string, speaker?: string): Segment => ({
  startSeconds,
  endSeconds,
  text,
  noSpeechProbability: 0,
  averageLogProbability: 0,
  chunkIndex: 0,
  ...(speaker === undefined ? {} : { speaker }),
});
const SEGMENTS = [segment(0, 4.8, 'One.'), segment(4.6, 9, 'Two.'), segment(9.2, 12, 'Three.')];
const speakersOf = (segments: readonly Segment[]) => segments.map(({ speaker }) => speaker);

describe('labels are laid over segments', () => {
  test('who speaks most of a segment speaks it; the stored ones are not touched', () => {
    expect(speakersOf(labelSegments(SEGMENTS, LABELS))).toEqual(['Speaker 1', 'Speaker 2', 'Speaker 1']);
    expect(speakersOf(SEGMENTS)).toEqual([undefined, undefined, undefined]);
  });

  test('one beside all turns goes to the nearest, one far from all to nobody', () => {
    const far = [segment(12.5, 13, 'Near.'), segment(30, 31, 'Far.')];
    expect(speakersOf(labelSegments(far, LABELS))).toEqual(['Speaker 1', undefined]);
  });

  test('a speaker of its own stays, and one voice without a name says nothing', () => {
    expect(speakersOf(labelSegments([segment(0, 1, 'x', 'Me')], LABELS))).toEqual(['Me']);
    const one = labelsFromTurns([turn(0, 12, 0)], ORIGIN);
    expect(labelSegments(SEGMENTS, one)).toBe(SEGMENTS);
  });

  test('what does not change stays the same object', () => {
    const before = labelSegments(SEGMENTS, LABELS);
    const renamed = editLabels(LABELS, { kind: 'rename', speaker: 1, name: 'Ruth' });
    const after = labelSegments(SEGMENTS, renamed);
    expect(after[0]).toBe(before[0]);
    expect(after[1]?.speaker).toBe('Ruth');
  });

  test('exports name them, RTTM has their turns', () => {
    const labels = editLabels(LABELS, { kind: 'rename', speaker: 0, name: 'Anders Holm' });
    const transcript = withSpeakers(
      { name: 'a.wav', durationSeconds: 12, language: 'en', segments: SEGMENTS, gaps: [] },
      labels,
    );
    expect(exportTranscript(transcript, 'txt')).toBe(
      'Anders Holm: One.\nSpeaker 2: Two.\nAnders Holm: Three.\n',
    );
    expect(exportTranscript(transcript, 'srt')).toContain('Anders Holm: One.');
    expect(exportTranscript(transcript, 'vtt')).toContain('<v Speaker 2>Two.');
    expect(JSON.parse(exportTranscript(transcript, 'json'))).toMatchObject({
      segments: [{ speaker: 'Anders Holm' }, { speaker: 'Speaker 2' }, { speaker: 'Anders Holm' }],
    });
    expect(exportTranscript(transcript, 'rttm').split('\n')[0]).toBe(
      'SPEAKER a 1 0.000 5.000 <NA> <NA> Anders_Holm <NA> <NA>',
    );
  });

  test('turns out and in again are the same', () => {
    const turns = turnsOfLabels(LABELS).map((each) => ({ ...each, speaker: each.speaker.replace(' ', '_') }));
    const rttm = exportTranscript(
      withSpeakers({ name: 'a', durationSeconds: 12, language: null, segments: [], gaps: [] }, LABELS),
      'rttm',
    );
    expect(turnsOfLabels(labelsFromRttm(parseRttm(rttm), 'a.rttm'))).toEqual(turns);
  });
});

describe('changed by hand', () => {
  test('a name is given, tidied and taken away', () => {
    const named = editLabels(LABELS, { kind: 'rename', speaker: 1, name: '  Ruth \n Adeyemi ' });
    expect(named.speakers[1]).toEqual({ id: 1, name: 'Ruth Adeyemi' });
    expect(editLabels(named, { kind: 'rename', speaker: 1, name: ' ' }).speakers[1]?.name).toBeNull();
  });

  test('two who are one have one name and turns that touch become one', () => {
    const merged = editLabels(LABELS, { kind: 'merge', speaker: 1, into: 0 });
    expect(merged.speakers).toEqual([{ id: 0, name: null }]);
    expect(merged.turns).toEqual([turn(0, 9, 0), turn(9.5, 12, 0)]);
  });

  test('a turn is given to another, or to somebody new; who has none left is gone', () => {
    const range = { startSeconds: 5, endSeconds: 9 };
    const given = editLabels(LABELS, { kind: 'assign', range, speaker: 0 });
    expect(given.speakers.map(({ id }) => id)).toEqual([0]);
    expect(given.turns).toEqual([turn(0, 9, 0), turn(9.5, 12, 0)]);
    const part = { startSeconds: 6, endSeconds: 7 };
    const added = editLabels(LABELS, { kind: 'assign', range: part, speaker: null });
    expect(added.turns.slice(1, 4)).toEqual([turn(5, 6, 1), turn(6, 7, 2), turn(7, 9, 1)]);
  });

  test('one becomes two, the first of them keeps the name', () => {
    const named = editLabels(LABELS, { kind: 'rename', speaker: 0, name: 'Ruth' });
    const split = editLabels(named, {
      kind: 'split',
      speaker: 0,
      turns: [turn(0, 5, 0), turn(9.5, 12, 1)],
    });
    expect(split.speakers).toEqual([
      { id: 0, name: 'Ruth' },
      { id: 1, name: null },
      { id: 2, name: null },
    ]);
    expect(split.turns.at(-1)).toEqual(turn(9.5, 12, 2));
    expect(editLabels(named, { kind: 'split', speaker: 0, turns: [turn(0, 5, 0)] })).toBe(named);
  });

  test('names go along when the voices are divided anew', () => {
    const named = editLabels(LABELS, { kind: 'rename', speaker: 1, name: 'Ruth' });
    const anew = labelsFromTurns([turn(0, 2, 0), turn(2, 5, 1), turn(5, 9, 2), turn(9.5, 12, 1)], ORIGIN);
    expect(carryNames(named, anew).speakers.map(({ name }) => name)).toEqual([null, null, 'Ruth']);
    expect(carryNames(null, anew)).toBe(anew);
  });

  test('every change leaves the labels before it as they were', () => {
    const before = structuredClone(LABELS);
    editLabels(LABELS, { kind: 'merge', speaker: 1, into: 0 });
    editLabels(LABELS, { kind: 'assign', range: { startSeconds: 0, endSeconds: 12 }, speaker: null });
    expect(LABELS).toEqual(before);
  });
});
