import { unzipSync, strFromU8 } from 'fflate';
import { expect, test } from 'vitest';
import { zipDone } from '../../src/ui/output/output';
import { outputName } from '../../src/ui/output/output-name';
import { looksLikeRecording } from '../../src/ui/pick/gather';
import { createFakeQueue, fakeJob, fakeSegments } from '../preview/fake-queue';

const job = { name: 'talk.wav', language: 'en', model: 'stored:openai/whisper-tiny' };
const place = { number: 7, date: new Date(2026, 10, 5), format: 'srt' } as const;

test.each([
  ['{name}', 'talk.srt'],
  ['{date} {number} {name}.{language}', '2026-11-05 007 talk.en.srt'],
  ['{model}', 'whisper-tiny.srt'],
  ['{other} {name}', '{other} talk.srt'],
  ['', 'talk.srt'],
])('the template %j gives %j', (template, name) => {
  expect(outputName(template, job, place, new Set())).toBe(name);
});

test('a zip holds the text as it is shown, with its replacements', () => {
  const settings = { ...fakeJob({}).settings, replacements: [{ from: 'wold', to: 'world' }] };
  const file = new File([], 'holm-02.wav');
  const segments = fakeSegments(['Hello wold.']);
  const queue = createFakeQueue([fakeJob({ id: 'a', file, settings, segments })]);
  const files = unzipSync(zipDone(queue, { format: 'txt', template: '{name}' }));
  expect(strFromU8(files['holm-02.txt']!)).toBe('Hello world.\n');
});

test('names are all different, and none leads out of the folder or turns its writing round', () => {
  const taken = new Set<string>();
  const named = (name: string) => outputName('{name}', { ...job, name }, place, taken);
  expect([named('a.wav'), named('A.mp3'), named('a.wav')]).toEqual(['a.srt', 'A-2.srt', 'a-3.srt']);
  expect(named('../../etc/passwd.wav')).toBe('_.._etc_passwd.srt');
  expect(named('con.wav')).toBe('_con.srt');
  expect(named('gpj\u202e.wav')).toBe('gpj_.srt');
  expect(named('x'.repeat(400)).length).toBeLessThan(160);
});

test('the zip holds what is done, and nothing else', () => {
  const file = new File([], 'a.wav');
  const queue = createFakeQueue([
    fakeJob({ id: 'c', name: 'c.wav', file, state: { kind: 'waiting' } }),
    fakeJob({ id: 'b', name: 'b.wav', file, segments: fakeSegments(['Second.']) }),
    fakeJob({ id: 'a', name: 'a.wav', file, segments: fakeSegments(['First.']) }),
  ]);
  const files = unzipSync(zipDone(queue, { format: 'txt', template: '{number} {name}' }));
  expect(Object.entries(files).map(([name, bytes]) => [name, strFromU8(bytes)])).toEqual([
    ['001 a.txt', 'First.\n'],
    ['002 b.txt', 'Second.\n'],
  ]);
});

test.each([
  ['talk.mp3', '', true],
  ['clip', 'video/mp4', true],
  ['TALK.WAV', '', true],
  ['notes.txt', 'text/plain', false],
  ['cover.jpg', 'image/jpeg', false],
  ['._talk.mp3', '', false],
])('of a folder, %s (%s) is taken: %s', (name, type, taken) => {
  expect(looksLikeRecording({ name, type })).toBe(taken);
});
