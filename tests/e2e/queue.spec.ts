/** Many files at once: damaged ones are reported, the rest go on; order, pause, report, and where the texts go. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { strFromU8, unzipSync } from 'fflate';
import { expect, test } from './app';
import { choose, clip, repeatedClip, segments, type Recording } from './recordings';
import type { Report } from '../../src/ui/report/report';

const damaged: Recording[] = [
  { name: 'empty.wav', mimeType: 'audio/wav', buffer: Buffer.alloc(0) },
  { name: 'page.mp3', mimeType: 'audio/mpeg', buffer: Buffer.from('<!doctype html>'.repeat(99)) },
];

test('eight files, two of them damaged: six transcripts, two reasons, a report, and all texts in a zip', async ({
  page,
}) => {
  test.setTimeout(120_000);
  await page.goto('/');
  const good = await Promise.all(['1', '2', '3', '4', '5', '6'].map((name) => clip(`${name}.wav`)));
  await choose(page, good[0]!, damaged[0]!, good[1]!, good[2]!, damaged[1]!, ...good.slice(3));
  const queue = page.getByRole('complementary', { name: 'queue' });
  await expect(queue.getByRole('listitem')).toHaveCount(8);
  await expect(queue.getByRole('listitem').filter({ hasText: 'Written' })).toHaveCount(6, {
    timeout: 90_000,
  });
  const failed = queue.getByRole('listitem').filter({ hasText: /Empty file|Not a recording/ });
  await expect(failed).toHaveCount(2);
  await expect(failed.first().getByRole('button', { name: 'Try again' })).toBeVisible();

  await queue.getByText('Save all transcripts').click();
  await queue.getByLabel('File name').fill('{number} {name}');
  await queue.getByLabel('File name').blur();
  const zipped = page.waitForEvent('download');
  await queue.getByRole('button', { name: 'Save 6 transcripts as a zip' }).click();
  const files = unzipSync(await readFile(await (await zipped).path()));
  expect(Object.keys(files)).toEqual([
    '001 1.txt',
    '003 2.txt',
    '004 3.txt',
    '006 4.txt',
    '007 5.txt',
    '008 6.txt',
  ]);
  for (const text of Object.values(files)) expect(strFromU8(text)).toMatch(/\w+ \w+/);

  await queue.getByRole('link', { name: 'Report on 8 recordings' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('How the queue was made');
  await expect(page.locator('main')).toContainText('All but 2 are written.');
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save this report as JSON' }).click();
  const report = JSON.parse(await readFile(await (await saved).path(), 'utf8')) as Report;
  expect(report).toMatchObject({ files: 8, done: 6, failed: 2, unfinished: 0 });
  expect(report.results.flatMap(({ failure }) => failure?.code ?? [])).toEqual([
    'media/empty-file',
    'media/unknown-format',
  ]);
});

test('what waits changes places, is held back and goes on; texts land in the chosen folder as they are finished', async ({
  page,
}) => {
  test.setTimeout(120_000);
  // The system's own dialog cannot be driven: a folder of the browser's own storage stands in for what it gives.
  await page.addInitScript(() => {
    Object.assign(globalThis, {
      showDirectoryPicker: async () =>
        (await navigator.storage.getDirectory()).getDirectoryHandle('texts', { create: true }),
    });
  });
  await page.goto('/');
  await choose(page, await repeatedClip(4, 'first.wav'), await clip('second.wav'), await clip('third.wav'));
  const rows = page.getByRole('complementary', { name: 'queue' }).getByRole('listitem');
  const names = () => rows.locator('.file').allTextContents();
  expect(await names()).toEqual(['first.wav', 'second.wav', 'third.wav']);
  await page.getByRole('button', { name: 'Later: second.wav' }).click();
  expect(await names()).toEqual(['first.wav', 'third.wav', 'second.wav']);
  await page.getByRole('button', { name: 'Pause third.wav' }).click();
  await expect(rows.nth(1)).toContainText('Paused');

  await page.getByText('Save all transcripts').click();
  await page.getByRole('button', { name: 'Choose a folder' }).click();
  await expect(rows.nth(2)).toContainText('Written', { timeout: 60_000 });
  await expect(rows.nth(1)).toContainText('Paused');
  await expect(page.getByRole('status').filter({ hasText: '2 files in texts' })).toBeVisible();
  await rows.nth(1).getByRole('button', { name: 'Begin' }).click();
  await expect(page.getByRole('status').filter({ hasText: '3 files in texts' })).toBeVisible({
    timeout: 60_000,
  });
  const texts = await page.evaluate(async () => {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('texts');
    const found: [string, string][] = [];
    for await (const [name, handle] of folder.entries())
      found.push([name, await (await (handle as FileSystemFileHandle).getFile()).text()]);
    return found.sort();
  });
  expect(texts.map(([name]) => name)).toEqual(['first.txt', 'second.txt', 'third.txt']);
  for (const [, text] of texts) expect(text).toMatch(/\w+ \w+/);
});

test('a recording is paused in the middle and goes on from there', async ({ page }) => {
  await page.goto('/');
  await choose(page, await repeatedClip(40), await clip('next.wav'));
  await segments(page).first().waitFor();
  const row = page.getByRole('complementary', { name: 'queue' }).getByRole('listitem').first();
  await row.getByRole('button', { name: 'Pause long.wav' }).click();
  await expect(row).toContainText(/Paused, 0:\d\d of 7:20 kept/);
  const before = await segments(page).count();
  await row.getByRole('button', { name: /^Go on from 0:\d\d/ }).click();
  await expect.poll(() => segments(page).count(), { timeout: 40_000 }).toBeGreaterThan(before);
});

test('of a folder only recordings are taken, and the others are counted', async ({ page }, info) => {
  const folder = info.outputPath('folder');
  await mkdir(`${folder}/inside`, { recursive: true });
  const { buffer } = await clip();
  await writeFile(`${folder}/10.wav`, buffer);
  await writeFile(`${folder}/9.wav`, buffer);
  await writeFile(`${folder}/inside/deep.wav`, buffer);
  await writeFile(`${folder}/notes.txt`, 'notes');
  await writeFile(`${folder}/cover.jpg`, 'picture');
  await page.goto('/');
  const input = page.locator('main input[type=file][webkitdirectory]').first();
  await input.setInputFiles(folder);
  const rows = page.getByRole('complementary', { name: 'queue' }).getByRole('listitem');
  await expect(rows.locator('.file')).toHaveText(['9.wav', '10.wav', 'deep.wav']);
  await expect(page.getByText('2 files of the folder are no recordings and were passed over.')).toBeVisible();
});
