/** Every view in both themes and both widths, through axe: WCAG 2.2 AA and axe's best practices, without exception. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './app';
import { choose, clip, repeatedClip, segments, written } from './recordings';

/** Each theme and each width once: colours do not depend on the width. */
const LOOKS = [
  { colorScheme: 'light', width: 1280 },
  { colorScheme: 'dark', width: 390 },
] as const;
/** WCAG 1.4.10: nothing may need sideways scrolling here. */
const NARROWEST = 320;

async function expectAccessible(page: Page): Promise<void> {
  for (const { colorScheme, width } of LOOKS) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: 900 });
    const { violations } = await new AxeBuilder({ page }).analyze();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
    expect(found, `${colorScheme}, ${width} wide`).toEqual([]);
  }
  await page.setViewportSize({ width: NARROWEST, height: 900 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(NARROWEST);
  await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
}

test('New, empty and with transcripts', async ({ page }) => {
  await page.goto('/');
  await expectAccessible(page);
  await choose(page, await clip());
  await written(page);
  await page.goto('/#/');
  await page.getByRole('region', { name: 'Recent transcripts' }).waitFor();
  await expectAccessible(page);
});

test('a recording while it is written', async ({ page }) => {
  await page.goto('/');
  await choose(page, await repeatedClip(100), await clip('next.wav'));
  await segments(page).first().waitFor();
  await expectAccessible(page);
  await page.getByRole('button', { name: /^Stop/ }).click();
});

test('a transcript with player and export', async ({ page }) => {
  await page.goto('/');
  await choose(page, await clip());
  await written(page);
  await segments(page).first().click();
  await page.keyboard.press('k');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Export' }).click();
  await expectAccessible(page);
});

test('a passage written again, and the options of wording', async ({ page }) => {
  await page.goto('/');
  await page.getByText('Language, names and words').click();
  await expectAccessible(page);
  await choose(page, await clip());
  await written(page);
  await page.getByText(/^Replace words/).click();
  await page.keyboard.press('n');
  await segments(page).first().focus();
  await page.keyboard.press('r');
  await page.getByRole('button', { name: 'Write it again' }).click();
  await page
    .getByText('The same words.')
    .or(page.getByRole('button', { name: /^Take/ }))
    .first()
    .waitFor();
  await expectAccessible(page);
});

test('Models, with a model under way that has failed', async ({ page }) => {
  await page.goto('/#/models');
  await page.getByText('This machine:').waitFor();
  await page.getByText('The same with word times').click();
  await page.getByLabel('Addresses of model hosts, one a line').fill('https://models.example');
  await page.getByRole('button', { name: 'Use these hosts' }).click();
  const files = page.locator('input[type=file][accept*=zip]');
  await files.setInputFiles('public/models/embedded/config.json');
  await page.getByRole('alert').waitFor();
  await expectAccessible(page);
});

test('trouble: a file that is no recording, and an address that leads nowhere', async ({ page }) => {
  await page.goto('/');
  await choose(page, { name: 'empty.wav', mimeType: 'audio/wav', buffer: Buffer.alloc(0) });
  await page.getByRole('article', { name: 'Empty file' }).waitFor();
  await expectAccessible(page);
  await page.goto('/#/job/nowhere');
  await page.getByRole('heading', { name: 'not in this browser' }).waitFor();
  await expectAccessible(page);
});
