import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DEFAULT_SETTINGS } from '../../src/jobs/job-settings';
import { BEGINNING } from '../../src/protocol/checkpoint';
import type { AutomationResult } from '../../src/ui/automation/automation';
import { openFileJournal } from '../../tools/transcribe/file-journal';

let folder: string;
let recording: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longhand-journal-'));
  recording = join(folder, 'talk.wav');
  await writeFile(recording, 'sound');
});
afterEach(() => rm(folder, { recursive: true }));

const segment = (startSeconds: number) => ({
  startSeconds,
  endSeconds: startSeconds + 1,
  text: `at ${startSeconds}`,
  noSpeechProbability: 0.1,
  averageLogProbability: -0.25,
  chunkIndex: startSeconds,
});
const entry = (second: number) => ({
  text: { segments: [segment(second)], gaps: [] },
  change: { checkpoint: { ...BEGINNING, seconds: second + 1 } },
});
const open = (settings = DEFAULT_SETTINGS) => openFileJournal(join(folder, 'state'), recording, settings);
const onlyFile = async () => join(folder, 'state', (await readdir(join(folder, 'state')))[0]!);

test('what was appended is there again, with the last checkpoint', async () => {
  const journal = await open();
  expect(journal.earlier).toBeNull();
  for (const second of [0, 1, 2]) await journal.append(entry(second));
  const again = await open();
  expect(again.earlier).toEqual(journal.earlier);
  expect(again.earlier).toMatchObject({
    known: { checkpoint: { seconds: 3 } },
    text: { segments: [segment(0), segment(1), segment(2)] },
  });
  expect(again.result).toBeNull();
});

test('a line that a kill cut short is dropped, and the next one is whole', async () => {
  const journal = await open();
  await journal.append(entry(0));
  const whole = await readFile(await onlyFile(), 'utf8');
  await appendFile(await onlyFile(), '{"entry":{"text":{"segm');
  const again = await open();
  expect(again.earlier?.text.segments).toEqual([segment(0)]);
  expect(await readFile(await onlyFile(), 'utf8')).toBe(whole);
  await again.append(entry(1));
  expect((await open()).earlier?.text.segments).toEqual([segment(0), segment(1)]);
});

test('another file under the same name, or other settings, begin anew; other speed does not', async () => {
  await (await open()).append(entry(0));
  expect((await open({ ...DEFAULT_SETTINGS, threads: 7 })).earlier).not.toBeNull();
  expect((await open({ ...DEFAULT_SETTINGS, language: 'de' })).earlier).toBeNull();
  await (await open()).append(entry(0));
  await writeFile(recording, 'other sound');
  expect((await open()).earlier).toBeNull();
});

test('a file that is done is known to be; one that failed goes on', async () => {
  const result = { ok: true, outputs: { txt: 'words' } } as AutomationResult;
  const journal = await open();
  await journal.append(entry(0));
  await journal.end({ ...result, ok: false });
  expect((await open()).result).toBeNull();
  await journal.end(result);
  expect((await open()).result).toEqual(result);
});

test('without a folder it lasts as long as the run', async () => {
  const journal = await openFileJournal(null, recording, DEFAULT_SETTINGS);
  await journal.append(entry(0));
  expect(journal.earlier?.text.segments).toEqual([segment(0)]);
});
