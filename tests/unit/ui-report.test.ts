import { expect, test } from 'vitest';
import { LonghandError } from '../../src/lib/errors';
import { createReport, reportJson, reportOf, reportText } from '../../src/ui/report/report';

const done = reportOf({
  name: 'talk.wav',
  state: { kind: 'done' },
  doneSeconds: 3600,
  workedSeconds: 240,
  gaps: [{ startSeconds: 10, endSeconds: 12, reason: 'media/damaged' }],
});
const failed = reportOf({
  name: 'empty.mp3',
  state: { kind: 'failed', error: new LonghandError('media/empty-file', { name: 'empty.mp3' }) },
  doneSeconds: 0,
  workedSeconds: 0,
  gaps: [],
});
const waiting = reportOf({
  name: 'later.wav',
  state: { kind: 'waiting' },
  doneSeconds: 0,
  workedSeconds: 0,
  gaps: [],
});

test('totals: files by how they ended, hours of sound, speed', () => {
  expect(createReport([done, failed, waiting])).toMatchObject({
    files: 3,
    done: 1,
    failed: 1,
    unfinished: 1,
    audioHours: 1,
    workSeconds: 240,
    speed: 15,
  });
  expect(createReport([failed]).speed).toBeNull();
});

test('a failure keeps its code and says its sentences', () => {
  expect(failed.failure).toMatchObject({
    code: 'media/empty-file',
    what: 'empty.mp3 is empty: it holds 0 bytes.',
  });
});

test('as text: totals, reasons, every file', () => {
  expect(reportText(createReport([done, failed, waiting]))).toBe(
    [
      '1 transcript of 3 files, 1 failed, 1 not finished.',
      '1:00:00 of sound in 4 min 0 s, 15.0× real time.',
      '',
      'Failed',
      '  empty.mp3: empty.mp3 is empty: it holds 0 bytes. (media/empty-file)',
      '',
      'Files',
      '  talk.wav: 1:00:00 written in 4 min 0 s, 1 gap',
      '  empty.mp3: failed',
      '  later.wav: not begun',
      '',
    ].join('\n'),
  );
});

test('as JSON it is the report itself', () => {
  const report = createReport([done, failed]);
  expect(JSON.parse(reportJson(report))).toEqual(report);
});
