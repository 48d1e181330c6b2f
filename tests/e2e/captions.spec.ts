/** Captions first: what a recording brings is text without the recognizer, on the page and for the command line. */
import { readFile } from 'node:fs/promises';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from './app';
import { choose, clip, segments, written, type Recording } from './recordings';

const FIXTURES = new URL('../fixtures/media/', import.meta.url);
const ENGLISH =
  'And so, my fellow Americans,\nask not\nwhat your country\ncan do for you,\nask what you can do for your country.\n';

async function fixture(name: string, mimeType: string): Promise<Recording> {
  return { name, mimeType, buffer: await readFile(new URL(name, FIXTURES)) };
}

test('without a model, a runtime or the speech worker', async ({ page, context }) => {
  const fetched: string[] = [];
  context.on('request', (request) => fetched.push(new URL(request.url()).pathname));
  const workers: string[] = [];
  page.on('worker', (worker) => workers.push(worker.url()));
  await page.goto('/#/automation');

  const recordings: Recording[][] = [
    [await fixture('captions.mp4', 'video/mp4')],
    [await fixture('captions.mkv', 'video/x-matroska')],
    [await clip(), await fixture('captions.en.srt', 'application/x-subrip')],
  ];
  for (const files of recordings) {
    await page.locator('#automation-files').setInputFiles(files);
    const { ok, outputs, stats } = await page.evaluate(() =>
      globalThis.longhandAutomation!.transcribe(0, {}),
    );
    expect(ok).toBe(true);
    expect(outputs.txt).toBe(ENGLISH);
    expect(stats).toMatchObject({ backend: null, modelLoadSeconds: 0, chunks: 0 });
    expect(stats.audioSeconds).toBeGreaterThan(10.9);
  }
  expect(workers.map((url) => /(\w+)-[^/]*\.js$/.exec(url)?.[1])).toEqual(['media']);
  expect(fetched.filter((path) => /models\/|\.onnx|\.wasm|\/ort/.test(path))).toEqual([]);
});

test('on the page it is a question first, and says afterwards where the text is from', async ({ page }) => {
  await page.goto('/');
  await choose(page, await fixture('captions.mkv', 'video/x-matroska'));
  const question = page.getByRole('article', { name: 'Captions found' });
  await expect(question).toContainText('This recording brings captions, in 2 tracks.');
  const tracks = question.getByRole('combobox', { name: 'Captions' });
  await expect(tracks.getByRole('option').first()).toHaveText(
    /^English, 4 cues, covering 9\d % \(English, complete, SubRip inside\)$/,
  );
  await expect(segments(page)).toHaveCount(0);
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);

  await question.getByRole('button', { name: 'Use them', exact: true }).click();
  await written(page);
  await expect(segments(page).first()).toHaveText('And so, my fellow Americans,');
  const origin = page.getByRole('article', { name: 'From captions' });
  await expect(origin).toContainText('English, complete: English, 4 cues');
  await expect(page.locator('main')).toContainText('From captions');
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);

  // The other way stays open.
  await origin.getByRole('button', { name: 'Write it from the sound instead' }).click();
  await expect(origin).toHaveCount(0);
  await segments(page).first().waitFor();
  await expect(segments(page).first()).not.toHaveText('And so, my fellow Americans,');
});
