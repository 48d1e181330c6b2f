/** Recordings for the end-to-end tests: the clip of the fixtures, and longer ones made of it on the fly. */
import { readFile } from 'node:fs/promises';
import type { Locator, Page } from '@playwright/test';

export interface Recording {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

const CLIP = new URL('../fixtures/jfk.wav', import.meta.url);

export const clip = async (name = 'jfk.wav'): Promise<Recording> => ({
  name,
  mimeType: 'audio/wav',
  buffer: await readFile(CLIP),
});

/** The clip so many times in a row: 11 s each. Header: RIFF and fmt as they are, both sizes made to fit. */
export async function repeatedClip(times: number, name = 'long.wav'): Promise<Recording> {
  const { buffer, mimeType } = await clip();
  const dataAt = buffer.indexOf('data') + 8;
  const sound = buffer.subarray(dataAt, dataAt + buffer.readUInt32LE(dataAt - 4));
  const header = Buffer.from(buffer.subarray(0, dataAt));
  header.writeUInt32LE(dataAt - 8 + sound.length * times, 4);
  header.writeUInt32LE(sound.length * times, dataAt - 4);
  return { name, mimeType, buffer: Buffer.concat([header, ...Array<Buffer>(times).fill(sound)]) };
}

export const choose = (page: Page, ...files: Recording[]): Promise<void> =>
  page.locator('main input[type=file]').first().setInputFiles(files);

/** Drags the files in and lets go of them over the page, as a file manager does. */
export async function drop(page: Page, ...files: Recording[]): Promise<void> {
  const given = files.map(({ name, mimeType, buffer }) => ({
    name,
    mimeType,
    bytes: buffer.toString('base64'),
  }));
  const transfer = await page.evaluateHandle((list) => {
    const dataTransfer = new DataTransfer();
    for (const { name, mimeType, bytes } of list) {
      const content = Uint8Array.from(atob(bytes), (character) => character.charCodeAt(0));
      dataTransfer.items.add(new File([content], name, { type: mimeType }));
    }
    return dataTransfer;
  }, given);
  await page.dispatchEvent('body', 'dragenter', { dataTransfer: transfer });
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
}

/** Waits until the recording on the page is written to its end. */
export const written = (page: Page): Promise<void> =>
  page
    .getByRole('status')
    .filter({ hasText: /^Written$/ })
    .waitFor({ state: 'attached' });

export const segments = (page: Page): Locator => page.locator('[data-segment]');
