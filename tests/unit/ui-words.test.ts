/** What the page says: of errors, of jobs, in addresses. */
import { expect, test } from 'vitest';
import { LonghandError } from '../../src/lib/errors';
import { parseRoute, jobHref } from '../../src/ui/app/route';
import { announcement, extentWords, modelName, paceWords, stateWord } from '../../src/ui/job/job-words';
import { errorText } from '../../src/ui/messages/error-text';
import { gapText } from '../../src/ui/messages/gap-text';
import { createThickness, createTicks, shapePath } from '../../src/ui/player/shape';
import { fakeJob, fakeSegments } from '../preview/fake-queue';

test('a message names the file, says what is safe, then what helps', () => {
  const error = new LonghandError('media/no-audio-track', { name: 'drone.mov', videoTracks: 1 });
  expect(errorText(error)).toEqual({
    title: 'No sound track',
    what: 'drone.mov has pictures but no sound.',
    now: 'One video track and no audio track were found. Other recordings are not affected. Choose the file that has the sound.',
  });
  expect(gapText('speech/garbage-logits')).toMatch(/^Someone speaks/);
  expect(gapText('internal/closed')).toContain('internal/closed');
});

test('a running job says how far, how fast and how long', () => {
  const job = fakeJob({
    state: { kind: 'working' },
    doneSeconds: 3764,
    durationSeconds: 8048,
    speedFactor: 9.43,
    secondsLeft: 455.2,
  });
  expect(stateWord(job)).toBe('Writing');
  expect(extentWords(job)).toBe('1:02:44 of 2:14:08');
  expect(paceWords(job)).toBe('9.4 times real time, about 7 min 36 s left');
  expect(announcement(job)).toBe('A quarter is written');
  expect(announcement({ ...job, state: { kind: 'stopped' } })).toBe(
    'Stopped. 1 hour 2 minutes 44 seconds are kept.',
  );
});

test('a job says nothing it does not know', () => {
  const job = fakeJob({ state: { kind: 'opening' }, doneSeconds: 0, durationSeconds: null });
  expect([extentWords(job), paceWords(job), announcement(job)]).toEqual(['', '', 'Opening']);
  expect(extentWords({ ...job, state: { kind: 'working' }, doneSeconds: 65 })).toBe('1:05');
});

test('models go by their name, unknown ones by their folder', () => {
  expect(modelName('models/embedded/')).toBe('Embedded English');
  expect(modelName('https://host.example/onnx-community/whisper-base/')).toBe('whisper-base');
});

test('an address leads to a job and back; anything else to New', () => {
  expect(parseRoute(jobHref('a b/ü'))).toEqual({ view: 'job', id: 'a b/ü' });
  expect(parseRoute('#/elsewhere')).toEqual({ view: 'new' });
  expect(parseRoute('')).toEqual({ view: 'new' });
});

test('the outline is thick where words are, thin in the silence between', () => {
  const thickness = createThickness(
    [...fakeSegments(['A long sentence at the start']), ...fakeSegments(['The end.'], 90)],
    100,
  );
  const third = Math.floor(thickness.length / 3);
  expect(Math.max(...thickness.subarray(0, 5))).toBeGreaterThan(0.3);
  expect(Math.max(...thickness.subarray(third, 2 * third))).toBe(0);
  expect(shapePath(thickness)).toMatch(/^M0 24L.*Z$/);
  expect(Math.max(...createThickness([], 0))).toBe(0);
});

test('ticks are round, few, and keep away from the end', () => {
  expect(createTicks(8048)).toEqual([0, 1800, 3600, 5400]);
  expect(createTicks(11)).toEqual([0, 5]);
  expect(createTicks(0)).toEqual([]);
});
