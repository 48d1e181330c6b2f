/** Who speaks, on the page: told apart after the text, named, given away, taken back, and there after a reload. */
import AxeBuilder from '@axe-core/playwright';
import { readFile } from 'node:fs/promises';
import { readWav, wavOf } from '../fixtures/wav';
import { expect, test } from './app';
import { choose, segments, written, type Recording } from './recordings';

/** The clip, and once more faster and higher. */
async function twoVoices(): Promise<Recording> {
  const first = readWav(await readFile(new URL('../fixtures/jfk.wav', import.meta.url)));
  const speed = 1.35;
  const second = Float32Array.from({ length: Math.floor(first.length / speed) - 1 }, (_, i) => {
    const at = Math.floor(i * speed);
    return first[at]! + (i * speed - at) * (first[at + 1]! - first[at]!);
  });
  const samples = new Float32Array(first.length + 16_000 + second.length);
  samples.set(first);
  samples.set(second, first.length + 16_000);
  return { name: 'two.wav', mimeType: 'audio/wav', buffer: Buffer.from(wavOf(samples)) };
}

test('speakers are told apart, named, given a turn, taken back, and kept', async ({ page }) => {
  await page.goto('/');
  await choose(page, await twoVoices());
  await written(page);
  const text = page.getByRole('region', { name: 'Transcript' });
  const before = await segments(page).allTextContents();

  await page.getByRole('button', { name: 'Speakers', exact: true }).click();
  const panel = page.getByRole('complementary', { name: 'Speakers' });
  await panel.getByLabel('People who speak').selectOption('2');
  await panel.getByRole('button', { name: 'Tell the speakers apart' }).click();
  const second = panel.getByRole('textbox', { name: 'Name of Speaker 2' });
  await expect(second).toBeVisible();
  await expect(text.getByRole('button', { name: /^Speaker 1\./ }).first()).toBeVisible();
  expect(await segments(page).allTextContents()).toEqual(before);

  await second.fill('Ruth');
  await second.press('Enter');
  const ruth = text.getByRole('button', { name: /^Ruth\. Change who says this/ });
  await expect(ruth.first()).toBeVisible();

  // By keyboard alone: a name in the text, then somebody else in the panel.
  await ruth.first().focus();
  await page.keyboard.press('Enter');
  await expect(panel.getByRole('radio', { name: 'Ruth' })).toBeFocused();
  await panel.getByRole('radio', { name: 'Speaker 1' }).check();
  await expect(panel.getByRole('radio', { name: 'Speaker 1' })).toBeChecked();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations).toEqual([]);
  await panel.getByRole('button', { name: 'Take back the last change' }).click();
  await expect(ruth.first()).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Speakers', exact: true })).toBeFocused();

  // Opened later, the export stands beside the text.
  await page.reload();
  await expect(ruth.first()).toBeVisible();
  await page.getByRole('radio', { name: 'RTTM, speakers' }).check();
  await expect(page.getByRole('region', { name: 'How it begins' })).toContainText('Ruth');
});
