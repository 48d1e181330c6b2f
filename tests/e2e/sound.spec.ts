/** Noise and silence: settings that hold for new recordings and stay with the job, and the switch while listening. */
import { expect, test } from './app';
import { choose, clip, segments, written } from './recordings';

test('noise is taken out before writing, as chosen on New, and the job says so after a reload', async ({
  page,
}, info) => {
  await page.goto('/');
  await page.getByText('Noise and silence').click();
  await page.getByLabel('Take it out before writing').check();
  const sure = page.getByLabel('How sure it must be that somebody speaks');
  await sure.focus();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await expect(sure).toHaveAttribute('aria-valuetext', /^35 percent\. /);
  await page.screenshot({ path: info.outputPath('new.png'), fullPage: true });
  await page.reload();
  await page.getByText('Noise and silence').click();
  await expect(sure).toHaveValue('0.35');
  await expect(page.getByLabel('Take it out before writing')).toBeChecked();

  await choose(page, await clip());
  await written(page);
  expect(await segments(page).count()).toBeGreaterThan(0);
  await page.reload();
  await expect(page.locator('main')).toContainText(
    /0:11, 0:\d\d of it speech · \d+ words · .* · noise taken out/,
  );
});

test('while it plays, noise is switched out and in, and the sound goes on', async ({ page }, info) => {
  await page.goto('/');
  await choose(page, await clip());
  await written(page);
  await segments(page).first().click();
  const player = page.getByRole('region', { name: 'Player' });
  await expect(player.getByRole('button', { name: 'Pause' })).toBeVisible();
  await player.getByRole('button', { name: 'Noise in' }).click();
  const out = player.getByRole('button', { name: 'Noise out' });
  await expect(out).toBeVisible();
  // It is heard: the position moves on.
  const position = player.getByRole('slider', { name: 'Position' });
  const before = Number(await position.getAttribute('aria-valuenow'));
  await expect.poll(async () => Number(await position.getAttribute('aria-valuenow'))).toBeGreaterThan(before);
  await page.screenshot({ path: info.outputPath('player.png') });
  await out.click();
  await expect(player.getByRole('button', { name: 'Noise in' })).toBeVisible();
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(player.getByRole('button', { name: 'Noise in' })).toBeVisible();
  await page.screenshot({ path: info.outputPath('player-390.png') });
  await page.setViewportSize({ width: 320, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
});
