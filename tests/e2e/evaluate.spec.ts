/** How right a transcript is: a finished job against a reference, and two files with speakers. */
import { readFile } from 'node:fs/promises';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { textErrors } from '../../src/evaluation/text-errors';
import { expect, test } from './app';
import { choose, clip, segments, written } from './recordings';

const SAID =
  'And so my fellow Americans ask not what your country can do for you ask what you can do for your country';

const textFile = (name: string, text: string) => ({
  name,
  mimeType: 'text/plain',
  buffer: Buffer.from(text),
});

const give = (page: Page, place: number, file: ReturnType<typeof textFile>) =>
  page.locator('main input[type=file]').nth(place).setInputFiles(file);

test('a transcript against what was said: rates, the text with its errors, by keyboard', async ({
  page,
}, info) => {
  await page.goto('/');
  await choose(page, await clip());
  await written(page);
  const wrote = (await segments(page).allTextContents()).join(' ');
  await page.getByRole('link', { name: 'Compare it with what was said' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  await give(page, 0, textFile('said.txt', SAID));

  const plain = (text: string) => [{ text, startSeconds: null }];
  const rateOf = (options = {}) => {
    const { rate } = textErrors(plain(SAID), plain(wrote), options).words;
    return `${(100 * rate!).toFixed(2)} %`;
  };
  const rates = page.getByRole('region', { name: 'Errors' });
  await expect(rates).toContainText(rateOf());
  await page.getByLabel('Upper and lower case').check();
  await page.getByLabel('Punctuation').check();
  await expect(rates).toContainText(rateOf({ ignoreCase: true, ignorePunctuation: true }));

  const text = page.getByRole('region', { name: 'In the text' });
  const errors = await text.locator('[data-error]').count();
  expect(errors).toBeGreaterThan(0);
  await text.getByRole('heading').click();
  await page.keyboard.press('n');
  await expect(text.getByRole('status')).toContainText(
    /^Error 1 of \d+ at \d:\d\d\. Said: “.+”\. Written: “.+”\.$/,
  );
  await page.keyboard.press('n');
  await expect(text.getByRole('status')).toContainText('Error 2 of');
  await page.keyboard.press('Shift+N');
  await expect(text.getByRole('status')).toContainText('Error 1 of');

  for (const [colorScheme, width] of [
    ['light', 1280],
    ['dark', 390],
  ] as const) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual(
      [],
    );
    await page.screenshot({ path: info.outputPath(`evaluate-${width}.png`), fullPage: true });
  }
  await page.setViewportSize({ width: 320, height: 900 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);

  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save all of it as JSON' }).click();
  const saved = JSON.parse(await readFile(await (await download).path(), 'utf8')) as { text: object };
  expect(saved.text).toMatchObject({ words: { total: 22 } });
});

test('two files: speakers of RTTM, and what cannot be compared says why', async ({ page }, info) => {
  await page.goto('/');
  await page.goto('/#/evaluate');
  const spoken = 'SPEAKER t 1 0 4 <NA> <NA> A <NA> <NA>\nSPEAKER t 1 4 4 <NA> <NA> B <NA> <NA>\n';
  const heard = 'SPEAKER t 1 0 5 <NA> <NA> <b>x</b> <NA> <NA>\nSPEAKER t 1 5 3 <NA> <NA> y <NA> <NA>\n';
  await give(page, 0, textFile('spoken.rttm', spoken));
  await give(page, 1, textFile('heard.rttm', heard));
  await expect(page.getByRole('region', { name: 'Errors' })).toContainText('12.50 %');
  const speakers = page.getByRole('region', { name: 'Speakers' });
  await expect(speakers).toContainText('<b>x</b> is A (4.0 s together)');
  await expect(speakers.getByRole('listitem')).toContainText('said by B, written as <b>x</b>');
  await page.getByLabel('Around each boundary').selectOption({ label: '0.25 s on either side' });
  await expect(page.getByRole('region', { name: 'Errors' })).toContainText('10.71 %');
  await page.screenshot({ path: info.outputPath('speakers.png'), fullPage: true });

  await give(page, 1, textFile('written.txt', 'only words'));
  await expect(page.getByRole('alert')).toContainText('only text, and the other only speakers');
  await give(page, 1, textFile('broken.rttm', 'SPEAKER t 1 soon 4'));
  await expect(page.getByRole('alert')).toContainText('Line 1 of the RTTM file');
});
