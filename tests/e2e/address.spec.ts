/** Addresses: typed, pasted, refused; what comes over the network is told apart from what is written. */
import { expect, modelHostUrl, test } from './app';
import { segments, written } from './recordings';

test.use({ modelHost: true });

const at = (session: string, path: string) =>
  `${modelHostUrl()}/s/${session}/longhand/media/resolve/main/${path}`;

test('a recording behind an address is fetched and written out', async ({ page }) => {
  await page.goto('/');
  const field = page.getByLabel('Address of a recording');
  await field.fill('my talk.mp3');
  await page.getByRole('button', { name: 'Fetch' }).click();
  await expect(page.getByRole('alert')).toHaveText(/begins with https/);
  await field.fill(at('typed', 'jfk.wav'));
  await field.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('jfk');
  await written(page);
  await expect(segments(page).first()).not.toBeEmpty();
  await expect(page.getByText(/344 kB|352 kB/).first()).toBeVisible();
});

test('an address pasted anywhere begins at once, and a page in place of a recording says so', async ({
  page,
}) => {
  await page.request.put(`${modelHostUrl()}/s/pasted/faults`, { data: [{ kind: 'html', times: 0 }] });
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.evaluate(
    (text) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', text);
      document.body.dispatchEvent(
        new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
      );
    },
    at('pasted', 'jfk.wav'),
  );
  await expect(page.getByRole('article', { name: 'Not a recording' })).toContainText(
    'gave a web page instead of the file for jfk.wav',
  );
});

test('channels become speakers, chosen on the page of the recording', async ({ page }) => {
  await page.goto('/');
  await page.getByLabel('Address of a recording').fill(at('voices', 'media/two-voices.ogg'));
  await page.getByRole('button', { name: 'Fetch' }).click();
  await written(page);
  await page.getByText('More', { exact: true }).click();
  await page.getByLabel('Each channel is a speaker').check();
  await page.getByRole('button', { name: 'Write it out again' }).click();
  await expect(page.getByText('2 of 2')).toBeVisible();
  await written(page);
  await expect(page.getByText('Channel 2').first()).toBeVisible();
  await expect(page.getByText('Channel 1').first()).toBeVisible();
});
