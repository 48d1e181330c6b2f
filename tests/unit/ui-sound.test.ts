import { expect, test } from 'vitest';
import { DEFAULT_SETTINGS } from '../../src/jobs/job-settings';
import { thresholdsAt } from '../../src/protocol/speech-thresholds';
import { speechPath } from '../../src/ui/player/shape';
import { parse } from '../../src/ui/sound/sound-settings';

test('settings of sound that nobody could have chosen are the defaults', () => {
  const { speech, denoise } = DEFAULT_SETTINGS;
  for (const stored of [null, '', '{', 'null', '7', '{"speech":{"startProbability":7},"denoise":"loud"}'])
    expect(parse(stored), String(stored)).toEqual({ speech, denoise });
  const chosen = { speech: thresholdsAt(0.35), denoise: 'vad' as const };
  expect(parse(JSON.stringify(chosen))).toEqual(chosen);
});

test('where somebody was heard is a bar each, unless they are too close to be told apart', () => {
  const speech = [
    { startSeconds: 0, endSeconds: 10 },
    { startSeconds: 50, endSeconds: 60 },
    { startSeconds: 60.01, endSeconds: 70 },
  ];
  expect(speechPath(speech, 100)).toBe('M0.0 0h100.0v1H0.0ZM500.0 0h200.0v1H500.0Z');
  expect(speechPath([], 100)).toBe('');
  expect(speechPath(speech, 0)).toBe('');
});
