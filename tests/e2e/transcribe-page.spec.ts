/** What the command line does when the page itself fails, on a page made to fail. */
import { mkdir, writeFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { DEFAULT_SETTINGS } from '../../src/jobs/job-settings';
import { AppPage } from '../../tools/transcribe/app-page';
import { openServer } from '../../tools/serve/server.mjs';

/** Does what the name of the file says. */
const PAGE = '<!doctype html><input type="file" id="automation-files"><script src="page.js"></script>';
const SCRIPT = `
  globalThis.longhandAutomation = {
    async transcribe(index) {
      const { name } = document.querySelector('input').files[index];
      if (name === 'hangs.wav') await new Promise(() => {});
      if (name === 'spins.wav') for (;;);
      if (name === 'throws.wav') throw new Error('unforeseen');
      await longhandProgress({ doneSeconds: 1, durationSeconds: 1, speedFactor: 1, secondsLeft: 0, segments: 1 });
      return { ok: true, error: null, outputs: { txt: name } };
    },
  };`;

test('a page that hangs, spins, crashes or throws fails one file, and the next one gets a new page', async ({}, info) => {
  const folder = info.outputPath('app');
  await mkdir(folder, { recursive: true });
  await writeFile(`${folder}/index.html`, PAGE);
  await writeFile(`${folder}/page.js`, SCRIPT);
  const server = await openServer({ folder });
  await using page = await AppPage.open({ url: server.url, gpu: 'none' });

  const transcribe = async (name: string, onStart?: () => void) => {
    const path = info.outputPath(name);
    await writeFile(path, 'sound');
    let segments = 0;
    const result = page.transcribe(path, {
      settings: DEFAULT_SETTINGS,
      stallSeconds: 1,
      onProgress: (progress) => {
        segments = progress.segments;
      },
    });
    onStart?.();
    return { text: (await result).outputs.txt, segments };
  };
  const good = { text: 'good.wav', segments: 1 };

  expect(await transcribe('good.wav')).toEqual(good);
  await expect(transcribe('hangs.wav')).rejects.toMatchObject({ code: 'speech/stalled' });
  expect(await transcribe('good.wav')).toEqual(good);
  await expect(transcribe('spins.wav')).rejects.toMatchObject({ code: 'speech/stalled' });
  expect(await transcribe('good.wav')).toEqual(good);
  await expect(transcribe('throws.wav')).rejects.toMatchObject({ code: 'internal/unexpected' });
  expect(await transcribe('good.wav')).toEqual(good);
  const crash = () => {
    page.page?.goto('chrome://crash').catch(() => undefined);
  };
  await expect(transcribe('hangs.wav', crash)).rejects.toMatchObject({ code: 'worker/dead' });
  expect(await transcribe('good.wav')).toEqual(good);
  await server.close();
});
