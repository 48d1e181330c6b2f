import { describe, expect, test } from 'vitest';
import { exportTranscript } from '../../src/transcript/export';
import type { Segment } from '../../src/speech/segment';
import type { Transcript } from '../../src/transcript/transcript';

const segment = (startSeconds: number, endSeconds: number, text: string): Segment => ({
  startSeconds,
  endSeconds,
  text,
  noSpeechProbability: 0.01,
  averageLogProbability: -0.4,
  chunkIndex: 0,
});

const transcript: Transcript = {
  name: 'holm.wav',
  durationSeconds: 3725.5,
  language: 'en',
  segments: [segment(0.02, 2.5, 'Did you sign?'), segment(3724.0004, 3725.4996, 'I <signed> & left.')],
  gaps: [{ startSeconds: 10, endSeconds: 12.25, reason: 'media/damaged' }],
};

test('plain text has a line for each segment, and says where something is missing', () => {
  expect(exportTranscript(transcript, 'txt')).toBe(
    'Did you sign?\n[00:00:10.000 to 00:00:12.250 could not be read: media/damaged]\nI <signed> & left.\n',
  );
});

test('SubRip numbers its cues and writes commas', () => {
  expect(exportTranscript(transcript, 'srt')).toBe(
    [
      '1\n00:00:00,020 --> 00:00:02,500\nDid you sign?\n',
      '2\n00:00:10,000 --> 00:00:12,250\n[00:00:10.000 to 00:00:12.250 could not be read: media/damaged]\n',
      '3\n01:02:04,000 --> 01:02:05,500\nI <signed> & left.\n',
    ].join('\n'),
  );
});

test('WebVTT escapes markup', () => {
  const vtt = exportTranscript(transcript, 'vtt');
  expect(vtt.startsWith('WEBVTT\n\n00:00:00.020 --> 00:00:02.500\nDid you sign?\n')).toBe(true);
  expect(vtt).toContain('I &lt;signed&gt; &amp; left.');
});

test('a blank line inside a text does not end its cue', () => {
  const spaced = { ...transcript, gaps: [], segments: [segment(0, 1, 'one\n\ntwo')] };
  expect(exportTranscript(spaced, 'srt')).toBe('1\n00:00:00,000 --> 00:00:01,000\none\ntwo\n');
});

test('JSON has the documented shape', () => {
  expect(JSON.parse(exportTranscript(transcript, 'json'))).toEqual({
    text: 'Did you sign? I <signed> & left.',
    language: 'en',
    duration: 3725.5,
    segments: [
      {
        start: 0.02,
        end: 2.5,
        text: 'Did you sign?',
        noSpeechProbability: 0.01,
        averageLogProbability: -0.4,
      },
      {
        start: 3724,
        end: 3725.5,
        text: 'I <signed> & left.',
        noSpeechProbability: 0.01,
        averageLogProbability: -0.4,
      },
    ],
    gaps: [{ start: 10, end: 12.25, reason: 'media/damaged' }],
  });
});

test('an empty transcript is an empty file, not a blank line', () => {
  expect(exportTranscript({ ...transcript, segments: [], gaps: [] }, 'txt')).toBe('');
});

test('voices that were recorded apart are named in every format', () => {
  const segment = (startSeconds: number, text: string, speaker?: string) => ({
    startSeconds,
    endSeconds: startSeconds + 1,
    text,
    noSpeechProbability: 0,
    averageLogProbability: 0,
    chunkIndex: 0,
    ...(speaker === undefined ? {} : { speaker }),
  });
  const spoken = {
    name: 'call.wav',
    durationSeconds: 3,
    language: 'en',
    segments: [segment(0, 'Hello?', 'Channel <1>'), segment(1, 'Yes.', 'Channel 2'), segment(2, 'Hm.')],
    gaps: [],
  };
  expect(exportTranscript(spoken, 'txt')).toBe('Channel <1>: Hello?\nChannel 2: Yes.\nHm.\n');
  expect(exportTranscript(spoken, 'srt')).toContain('\nChannel 2: Yes.\n');
  expect(exportTranscript(spoken, 'vtt')).toContain('<v Channel &lt;1&gt;>Hello?\n');
  const { segments } = JSON.parse(exportTranscript(spoken, 'json')) as { segments: { speaker?: string }[] };
  expect(segments.map(({ speaker }) => speaker)).toEqual(['Channel <1>', 'Channel 2', undefined]);
});

describe('with the times of words', () => {
  const timed: Transcript = {
    ...transcript,
    gaps: [],
    segments: [
      {
        ...segment(1, 2, 'I <signed>.'),
        words: { ends: [1, 11], confidence: [50, 100], startMs: [1000, 1250], endMs: [1200, 2000] },
      },
    ],
  };
  test('WebVTT says when each word after the first begins', () => {
    expect(exportTranscript(timed, 'vtt')).toContain('I<00:00:01.250> &lt;signed&gt;.\n');
  });
  test('JSON lists them', () => {
    const { segments } = JSON.parse(exportTranscript(timed, 'json')) as { segments: { words: unknown }[] };
    expect(segments[0]!.words).toEqual([
      { text: 'I', start: 1, end: 1.2, probability: 0.5 },
      { text: '<signed>.', start: 1.25, end: 2, probability: 1 },
    ]);
  });
  test('SubRip has a caption for each where that is asked for', () => {
    expect(exportTranscript(timed, 'srt', { wordByWord: true })).toBe(
      '1\n00:00:01,000 --> 00:00:01,200\nI\n\n2\n00:00:01,250 --> 00:00:02,000\n<signed>.\n',
    );
  });
  test('without times they are not told, however sure the model was', () => {
    const untimed = {
      ...timed,
      segments: [{ ...timed.segments[0]!, words: { ends: [1, 11], confidence: [50, 100] } }],
    };
    expect(exportTranscript(untimed, 'json')).not.toContain('words');
    expect(exportTranscript(untimed, 'vtt')).toContain('I &lt;signed&gt;.\n');
  });
});
