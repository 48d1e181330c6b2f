/** Words: when they are said, which are in doubt, what is written for them, and a passage written once more. */
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { expect, test } from './app';
import { choose, clip, segments, written } from './recordings';

/** What a mark lies on: marks are ranges, not elements. */
const marked = (page: Page, name: string) =>
  page.evaluate(
    (mark) => [...(CSS.highlights.get(mark) ?? [])].map((range) => (range as Range).toString()),
    name,
  );

/** The middle of the last occurrence of a word on the page. */
const placeOf = (page: Page, word: string) =>
  page.evaluate((wanted) => {
    for (const span of [...document.querySelectorAll('[data-segment]')].toReversed()) {
      const texts = document.createTreeWalker(span, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) {
        const at = texts.currentNode.textContent!.lastIndexOf(wanted);
        if (at < 0) continue;
        const range = document.createRange();
        range.setStart(texts.currentNode, at);
        range.setEnd(texts.currentNode, at + wanted.length);
        const { left, top, width, height } = range.getBoundingClientRect();
        return { x: left + width / 2, y: top + height / 2 };
      }
    }
    throw new Error(`no ${wanted} on the page`);
  }, word);

/** What the embedded model makes of the clip. */
const recognized = async (): Promise<string> => {
  const texts = await readFile('public/models/embedded/reference.json', 'utf8');
  return (JSON.parse(texts) as Record<string, string>)['jfk.wav']!;
};

const openWording = (page: Page) => page.getByText('Language, names and words').click();

test('word times: a word is heard from its own start and lit, and they are saved', async ({ page }) => {
  await page.goto('/');
  await openWording(page);
  await expect(page.getByText('knows English only and cannot translate')).toBeVisible();
  await page.getByLabel('Find out when each word is said').check();
  await page.reload();
  await openWording(page);
  await expect(page.getByLabel('Find out when each word is said')).toBeChecked();

  await choose(page, await clip());
  await written(page);
  const word = (await segments(page).last().innerText()).split(' ').at(-2)!;
  const { x, y } = await placeOf(page, ` ${word} `);
  await page.mouse.click(x, y);
  await expect.poll(() => marked(page, 'heard-word')).toEqual([word]);
  await page.keyboard.press('k');
  const position = page.getByRole('region', { name: 'Player' }).getByRole('slider', { name: 'Position' });
  expect(Number(await position.getAttribute('aria-valuenow'))).toBeGreaterThan(5);

  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByLabel('VTT captions').check();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: /^Save / }).click(),
  ]);
  expect(await readFile(await download.path(), 'utf8')).toMatch(/<00:00:\d\d\.\d{3}> /);
});

test('words in doubt are stepped through with one key, and back', async ({ page }) => {
  await page.goto('/');
  await choose(page, await clip());
  await written(page);
  const doubtful = await marked(page, 'doubtful-word');
  expect(doubtful.length).toBeGreaterThan(1);
  await page.keyboard.press('n');
  expect(await marked(page, 'current-word')).toEqual([doubtful[0]]);
  await expect(page.getByRole('status').filter({ hasText: `1 of ${doubtful.length}` })).toContainText(
    '% sure',
  );
  await page.keyboard.press('n');
  expect(await marked(page, 'current-word')).toEqual([doubtful[1]]);
  await page.keyboard.press('Shift+N');
  expect(await marked(page, 'current-word')).toEqual([doubtful[0]]);
});

test('replacements change what is shown and saved, keep the original, and can be taken back', async ({
  page,
}) => {
  const [word = ''] = /[a-z]{5,}/.exec(await recognized())!;
  const text = page.getByRole('region', { name: 'Transcript' });
  await page.goto('/');
  await openWording(page);
  await page.getByLabel('Replace', { exact: true }).fill(word);
  await page.getByLabel('Replace', { exact: true }).blur();
  await expect(page.getByText('Line 1 has no “=>”')).toBeVisible();
  await page.getByLabel('Replace', { exact: true }).fill(`${word.toUpperCase()} => harbor master`);
  await page.getByLabel('Replace', { exact: true }).blur();
  await choose(page, await clip());
  await written(page);
  await expect(text).toContainText('harbor master');
  await expect(page.locator('.changed').first()).toHaveAttribute('title', `Recognized as: ${word}`);

  await page.reload();
  await expect(text).toContainText('harbor master');
  await page.getByText('Replace words (1)').click();
  await page.getByLabel('Show and save it as it was recognized').check();
  await expect(text).toContainText(word);
  await page.getByLabel('Show and save it as it was recognized').uncheck();
  await page.getByLabel('Heard => written, one a line').fill(`${word} => pier`);
  await page.getByLabel('Heard => written, one a line').blur();
  await expect(text).toContainText('pier');
});

test('a passage is written again, and its differences are taken or not', async ({ page }) => {
  await page.goto('/');
  await choose(page, await clip());
  await written(page);
  const before = await segments(page).allTextContents();
  await segments(page).last().focus();
  await page.keyboard.press('r');
  const panel = page.getByRole('region', { name: 'Write this passage again' });
  await panel.getByRole('button', { name: 'Write it again' }).click();
  await expect(panel.locator('ins').first()).toBeVisible({ timeout: 30_000 });
  expect(await segments(page).allTextContents()).toEqual(before);
  const fresh = (await panel.locator('ins').first().innerText()).trim();
  await panel.getByRole('button', { name: /^Take/ }).click();
  await expect(panel).toHaveCount(0);
  await expect(page.locator('main')).toContainText(fresh);
  const after = await segments(page).allTextContents();
  expect(after).not.toEqual(before);

  await page.reload();
  await segments(page).first().waitFor();
  expect(await segments(page).allTextContents()).toEqual(after);
});
