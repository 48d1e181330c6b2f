/**
 * Recording with Chromium's fake microphone, in browsers of this file's own: record, read along, stop, keep; and what
 * is left of a recording when the browser is killed. `npm run bench -- record` kills it ten times, `live` measures text.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import {
  openRecordingApp,
  readJournal,
  recordedSeconds,
  startRecording,
  untilRecorded,
  type RecordingApp,
  type RecordingAppOptions,
} from '../fixtures/recording-app';
import { expect, test as base } from './app';

const CLIP = resolve('tests/fixtures/jfk.wav');

const test = base.extend<{ open: (options?: Partial<RecordingAppOptions>) => Promise<RecordingApp> }>({
  open: async ({ baseURL }, use) => {
    const profile = await mkdtemp(join(tmpdir(), 'longhand-record-'));
    const apps: RecordingApp[] = [];
    await use(async (options) => {
      const app = await openRecordingApp({ url: baseURL!, profile, wavPath: CLIP, ...options });
      apps.push(app);
      return app;
    });
    for (const app of apps) await app.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  },
});

test('a recording is read along, paused, marked, stopped, and then played and saved', async ({ open }) => {
  const { page } = await open();
  const violations: string[] = [];
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) violations.push(message.text());
  });
  await startRecording(page);
  await page.locator('[data-segment]').first().waitFor();
  const settled = await page.locator('[data-segment]').first().innerText();
  const { violations: barriers } = await new AxeBuilder({ page }).analyze();
  expect(barriers).toEqual([]);
  await page.setViewportSize({ width: 320, height: 900 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);

  await page.keyboard.press('m');
  await expect(page.getByText(/Marked: 0:\d\d/)).toBeVisible();
  await page.keyboard.press(' ');
  await expect(page.getByRole('button', { name: 'Carry on' })).toBeVisible();
  const pausedAt = await recordedSeconds(page);
  await page.getByRole('button', { name: 'Carry on' }).click();
  await untilRecorded(page, pausedAt + 1);

  await page.getByRole('button', { name: 'Stop and keep' }).click();
  await page.waitForURL(/#\/job\//);
  await expect(page.locator('[data-segment]').first()).toHaveText(settled);
  await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeVisible();

  const { record } = await readJournal(page);
  expect(record.outcome).toEqual({ kind: 'done' });
  const [wav] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: /^Save as WAV/ }).click(),
  ]);
  const wavBytes = await readFile(await wav.path());
  if (record.source.kind !== 'recording') throw new Error('the job does not know its recording');
  const bytesPerSecond = 2 * record.source.sampleRate;
  expect((wavBytes.length - 44) / bytesPerSecond).toBeCloseTo(record.durationSeconds!, 3);
  const [opus] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save the sound as Opus' }).click(),
  ]);
  const opusBytes = await readFile(await opus.path());
  expect(opusBytes.subarray(0, 4).toString()).toBe('OggS');
  expect(opusBytes.length).toBeLessThan(wavBytes.length / 4);
  expect(violations).toEqual([]);
});

test('of a recording whose browser is killed at most a second is missing, and its text goes on', async ({
  open,
}) => {
  const first = await open();
  await startRecording(first.page);
  await first.page.locator('[data-segment]').first().waitFor();
  await untilRecorded(first.page, 8);
  // The moment at which the first sample was heard, by what is on disk now; a little late at the most.
  const shown = await recordedSeconds(first.page);
  const beganAt = Date.now() - shown * 1000;
  const killedAt = await first.kill();

  const { page } = await open();
  const notice = page.getByRole('article', { name: 'Cut off' });
  await expect(notice).toContainText(/A recording of 0:\d\d was cut off/);
  const { record } = await readJournal(page);
  expect(record.outcome).toEqual({ kind: 'unfinished' });
  const keptSeconds = await page.evaluate(async (id) => {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('recordings');
    return (await (await folder.getFileHandle(`${id}.pcm`)).getFile()).size;
  }, record.id);
  if (record.source.kind !== 'recording') throw new Error('the job does not know its recording');
  const kept = keptSeconds / 2 / record.source.sampleRate;
  expect((killedAt - beganAt) / 1000 - kept).toBeLessThanOrEqual(1);
  expect(kept).toBeGreaterThanOrEqual(shown);

  await notice.getByRole('button', { name: 'Write the rest' }).click();
  await page.waitForURL(/#\/job\//);
  await page
    .getByRole('status')
    .filter({ hasText: /^Written$/ })
    .waitFor({ state: 'attached' });
  const after = await readJournal(page);
  expect(after.record.outcome).toEqual({ kind: 'done' });
  expect(after.record.durationSeconds).toBeCloseTo(kept, 1);
});

test('a tab beside the microphone is a second track with a speaker of its own', async ({ open, baseURL }) => {
  const { page } = await open({ sharedTab: 'Sound to share' });
  const shared = await page.context().newPage();
  await shared.goto(baseURL!);
  await shared.evaluate(() => {
    document.title = 'Sound to share';
    const context = new AudioContext();
    const tone = new OscillatorNode(context, { frequency: 440 });
    tone.connect(context.destination);
    tone.start();
  });
  await page.bringToFront();
  await page.getByRole('link', { name: 'Record', exact: true }).first().click();
  await page.getByLabel('Second track').selectOption('display');
  await page.getByRole('main').getByRole('button', { name: 'Record', exact: true }).click();
  await page.getByRole('button', { name: 'Stop and keep' }).waitFor();
  await page.locator('[data-segment]').first().waitFor();
  await page.getByRole('button', { name: 'Stop and keep' }).click();
  await page.waitForURL(/#\/job\//);
  const { record, batches } = await readJournal(page);
  expect(record.source).toMatchObject({ channels: [{ speaker: 'Me' }, { speaker: 'Them' }] });
  const speakers = new Set(batches.flatMap(({ segments }) => segments.map(({ speaker }) => speaker)));
  expect(speakers).toContain('Me');
});

test('what keeps a recording from beginning is said where it was asked for', async ({ page, context }) => {
  await context.clearPermissions();
  await page.goto('#/record');
  await page.getByRole('main').getByRole('button', { name: 'Record', exact: true }).click();
  await expect(page.getByRole('article')).toContainText('Nothing was recorded.');
  await expect(page.getByRole('main').getByRole('button', { name: 'Record', exact: true })).toBeVisible();
});
