/** One recording from start to end: text arrives, can be stopped, heard, copied, saved, and found again. */
import { readFile } from 'node:fs/promises';
import { expect, test } from './app';
import { choose, clip, repeatedClip, segments, written } from './recordings';

test('text comes segment by segment while the work goes on, beside a progress that says how far', async ({
  page,
}) => {
  await page.goto('/');
  await choose(page, await repeatedClip(5));
  const progress = page.getByRole('progressbar', { name: 'Written' });
  await expect(progress).toHaveAttribute('aria-valuemax', '55');

  await segments(page).first().waitFor();
  expect(Number(await progress.getAttribute('aria-valuenow'))).toBeLessThan(55);
  await expect(page.locator('main')).toContainText(/\d:\d\d of 0:55/);
  await expect(page.locator('main')).toContainText(/\d\.\d× real time/);
  await expect(page.locator('main')).toContainText(/Time left\s*\d+ s/);

  await written(page);
  await expect(progress).toHaveAttribute('aria-valuenow', '55');
});

test('stop keeps what is written', async ({ page }) => {
  await page.goto('/');
  await choose(page, await repeatedClip(40));
  await segments(page).first().waitFor();
  await page.getByRole('button', { name: /^Stop and keep \d+:\d\d$/ }).click();
  const notice = page.getByRole('article', { name: 'Stopped' });
  await expect(notice).toContainText('Everything up to there is kept.');
  const kept = await segments(page).allTextContents();
  expect(kept.length).toBeGreaterThan(0);

  await page.reload();
  await expect(notice).toBeVisible();
  expect(await segments(page).allTextContents()).toEqual(kept);
});

test('a segment is heard from its start and lit meanwhile, by pointer and by keyboard', async ({ page }) => {
  await page.goto('/');
  await choose(page, await repeatedClip(4));
  await written(page);
  const first = segments(page).first();
  const player = page.getByRole('region', { name: 'Player' });

  await first.click();
  await expect(first).toHaveAttribute('aria-current', 'true');
  await expect(player.getByRole('button', { name: 'Pause' })).toBeVisible();

  await page.keyboard.press('k');
  await expect(player.getByRole('button', { name: 'Play' })).toBeVisible();

  const position = player.getByRole('slider', { name: 'Position' });
  await position.focus();
  await page.keyboard.press('End');
  await expect(position).toHaveAttribute('aria-valuenow', '44');
  await page.keyboard.press('ArrowLeft');
  await expect(position).toHaveAttribute('aria-valuenow', '39');
  await page.keyboard.press('Home');
  await expect(position).toHaveAttribute('aria-valuenow', '0');

  // The same with the keyboard alone.
  expect(await segments(page).count()).toBeGreaterThan(1);
  await first.focus();
  await page.keyboard.press('ArrowDown');
  await expect(segments(page).nth(1)).toBeFocused();
  await page.keyboard.press('End');
  await expect(segments(page).last()).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(segments(page).last()).toHaveAttribute('aria-current', 'true');
  await page.keyboard.press('k');
});

test('the text is copied and saved in each format', async ({ page }) => {
  await page.goto('/');
  await choose(page, await clip());
  await written(page);
  const text = (await segments(page).allTextContents()).join('\n');

  await page.getByRole('button', { name: 'Copy text' }).click();
  await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`${text}\n`);

  await page.keyboard.press('Control+e');
  const save = async (format: string, name: string) => {
    await page.getByRole('radio', { name: format }).check();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: `Save ${name}` }).click();
    expect((await download).suggestedFilename()).toBe(name);
    return readFile(await (await download).path(), 'utf8');
  };
  expect(await save('Plain text', 'jfk.txt')).toBe(`${text}\n`);
  expect(await save('SRT captions', 'jfk.srt')).toMatch(/^1\n00:00:\d\d,\d{3} --> 00:00:\d\d,\d{3}\n\S/);
  expect(await save('VTT captions', 'jfk.vtt')).toMatch(/^WEBVTT\n\n00:00:\d\d\.\d{3} --> /);
  const json = JSON.parse(await save('JSON', 'jfk.json')) as { duration: number; segments: unknown[] };
  expect(json.duration).toBeCloseTo(11, 1);
  expect(json.segments).toHaveLength(await segments(page).count());

  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Export' })).toBeFocused();
});

test('after a reload it is found again, reads the same, is heard once its file is chosen, and can be removed', async ({
  page,
}) => {
  await page.goto('/');
  await choose(page, await clip());
  await written(page);
  const text = await segments(page).allTextContents();

  await page.goto('/');
  await page.reload();
  const row = page.getByRole('region', { name: 'Recent transcripts' }).getByRole('link', { name: 'jfk' });
  await expect(row).toContainText(text.at(-1)?.slice(-20) ?? '');
  await row.click();
  await expect(segments(page)).toHaveText(text);
  await expect(page.getByRole('region', { name: 'Player' })).toBeHidden();

  await choose(page, await clip());
  await segments(page).first().click();
  await expect(segments(page).first()).toHaveAttribute('aria-current', 'true');

  await page.getByRole('button', { name: 'Remove this transcript' }).click();
  await page.getByRole('button', { name: 'Keep it' }).click();
  await page.getByRole('button', { name: 'Remove this transcript' }).click();
  await page.getByRole('button', { name: 'Remove for good' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Drop a recording');
  await page.reload();
  await expect(page.getByRole('region', { name: 'Recent transcripts' })).toBeHidden();
});
