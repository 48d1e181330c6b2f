/** New: choosing and dropping recordings, and what is said of files that are none. */
import { expect, test } from './app';
import { choose, clip, drop, segments, written } from './recordings';

test('the first visit says what to do and links nothing that does not exist', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Drop a recording anywhere on this page/);
  await expect(page.getByRole('button', { name: 'Choose files' })).toBeVisible();
  const targets = await page
    .getByRole('link')
    .evaluateAll((links) => links.map((link) => link.getAttribute('href')));
  expect(new Set(targets)).toEqual(new Set(['#main', '#/', '#/record', '#/models']));
});

test('a recording dropped anywhere is written out', async ({ page }) => {
  await page.goto('/');
  await drop(page, await clip());
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('jfk');
  await written(page);
  await expect(segments(page).first()).not.toBeEmpty();
});

test('while a file hangs over the page, it says what letting go will do', async ({ page }) => {
  await page.goto('/');
  const transfer = await page.evaluateHandle(() => {
    const dataTransfer = new DataTransfer();
    for (const name of ['one.wav', 'two.wav']) dataTransfer.items.add(new File(['sound'], name));
    return dataTransfer;
  });
  await page.dispatchEvent('body', 'dragenter', { dataTransfer: transfer });
  await expect(page.getByText('Let go to write out 2 recordings.')).toBeVisible();
  await page.dispatchEvent('body', 'dragleave', { dataTransfer: transfer });
  await expect(page.getByText('Let go to write out 2 recordings.')).toBeHidden();
});

test('files that are no recordings say so in their place, and the good one after them is written', async ({
  page,
}) => {
  await page.goto('/');
  const text = { name: 'notes.mp3', mimeType: 'audio/mpeg', buffer: Buffer.from('Dear diary, '.repeat(500)) };
  const empty = { name: 'empty.wav', mimeType: 'audio/wav', buffer: Buffer.alloc(0) };
  await choose(page, empty, text, await clip('good.wav'));

  const queue = page.getByRole('complementary', { name: 'Queue' });
  await expect(page.getByRole('article', { name: 'Empty file' })).toContainText('empty.wav is empty');
  await expect(queue.getByRole('listitem').nth(1)).toContainText('notes.mp3 is not an audio or video file');
  await queue.getByRole('link', { name: 'good.wav' }).click();
  await written(page);
  await expect(segments(page).first()).not.toBeEmpty();
});

test('the skip link leads to the text and leaves the address alone', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the text' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();
  expect(new URL(page.url()).hash).toBe('');
});

test('an address whose transcript is gone leads back to those that are here', async ({ page }) => {
  await page.goto('/#/job/nowhere');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('This transcript is not in this browser.');
  await page.getByRole('link', { name: 'See the transcripts that are here' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Drop a recording');
});
