/**
 * Models, as a person uses them: found, fetched from a host on another origin under the app's own policy, chosen, used,
 * used again without any network, mended, removed.
 */
import type { Locator, Page } from '@playwright/test';
import type { Fault, LoggedRequest } from '../../tools/model-server/fault';
import { expect, modelHostUrl, test } from './app';
import { choose, clip, segments, written } from './recordings';

const MODEL = 'longhand/embedded';
const ENCODER = 'onnx/encoder_model_quantized.onnx';

test.use({ modelHost: true });

interface Host {
  url: string;
  fail(...faults: Fault[]): Promise<void>;
  log(): Promise<LoggedRequest[]>;
}

function openHost(): Host {
  const url = `${modelHostUrl()}/s/${crypto.randomUUID()}`;
  return {
    url,
    fail: async (...faults) => {
      await fetch(`${url}/faults`, { method: 'PUT', body: JSON.stringify(faults) });
    },
    log: async () => (await (await fetch(`${url}/log`)).json()) as LoggedRequest[],
  };
}

const row = (page: Page, title = MODEL): Locator =>
  page.getByRole('region', { name: 'On this device' }).getByRole('listitem', { name: title, exact: true });

async function setHost(page: Page, url: string): Promise<void> {
  await page.getByLabel('Addresses of model hosts, one a line').fill(url);
  await page.getByRole('button', { name: 'Use these hosts' }).click();
  await expect(page.getByText('Kept in this browser.')).toBeVisible();
}

async function fetchByName(page: Page, name = MODEL): Promise<void> {
  await page.getByLabel('Name of the model, owner/name').fill(name);
  await page.getByRole('button', { name: 'Fetch', exact: true }).click();
}

const verified = (page: Page): Promise<void> =>
  expect(row(page)).toContainText('Verified', { timeout: 30_000 });

test('fetched, chosen and used; then again with no network at all', async ({ page, context }) => {
  const host = openHost();
  await page.goto('/#/models');
  await setHost(page, host.url);
  await fetchByName(page);
  await verified(page);
  await row(page)
    .getByRole('button', { name: /^Use for new recordings/ })
    .click();
  await expect(row(page)).toContainText('New recordings use it.');

  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'New' }).click();
  await expect(page.getByText(`${MODEL}, on this device`)).toBeVisible();
  await choose(page, await clip());
  await written(page);
  const text = await segments(page).allInnerTexts();
  expect(text.join(' ')).toMatch(/\w+ \w+ \w+/);
  await expect(page.getByText(new RegExp(`jfk\\.wav · .*${MODEL}`))).toBeVisible();

  // The host answers nothing more, and nothing is asked of it.
  const asked = await host.log();
  await host.fail({ kind: 'refuse', status: 403, times: 0 });
  const requests: string[] = [];
  context.on('request', (request) => requests.push(request.url()));
  await page.goto('/#/');
  await page.reload();
  await choose(page, await clip());
  await written(page);
  expect(await segments(page).allInnerTexts()).toEqual(text);
  expect(
    requests.filter((url) => /\/models\/|huggingface/.test(url) || url.startsWith(modelHostUrl())),
  ).toEqual([]);
  expect(await host.log()).toEqual(asked);
});

test('a download is paused, gone on with after a reload, and shows how far it is', async ({ page }) => {
  const host = openHost();
  await host.fail({ kind: 'stall', atByte: 3_000_000, path: ENCODER });
  await page.goto('/#/models');
  await setHost(page, host.url);
  await fetchByName(page);
  await expect(row(page)).toContainText(/Fetching: \S+ MB of 1\d MB/);
  await expect(row(page).getByRole('progressbar')).toHaveAttribute('aria-valuenow', /^\d+$/);
  await row(page)
    .getByRole('button', { name: /^Pause/ })
    .click();
  await expect(row(page)).toContainText('What has come is kept.');
  await page.reload();
  await row(page)
    .getByRole('button', { name: /^Go on/ })
    .click();
  await verified(page);
  // Only what was not complete was asked for again.
  const asked = (await host.log()).map(({ path }) => path);
  expect(asked.filter((path) => path === 'tokenizer.json')).toHaveLength(1);
});

test('a damaged piece is found, mended by that piece alone, and the model removed', async ({ page }) => {
  const host = openHost();
  await page.goto('/#/models');
  await setHost(page, host.url);
  await fetchByName(page);
  await verified(page);
  await page.evaluate(async (key) => {
    const opening = indexedDB.open('longhand-models');
    const database = await new Promise<IDBDatabase>((resolve) => {
      opening.onsuccess = () => resolve(opening.result);
    });
    const store = database.transaction('pieces', 'readwrite').objectStore('pieces');
    const reading = store.get(key) as IDBRequest<Uint8Array>;
    await new Promise((resolve) => (reading.onsuccess = resolve));
    reading.result[12_345]! ^= 1;
    store.put(reading.result, key);
    await new Promise((resolve) => (store.transaction.oncomplete = resolve));
    database.close();
  }, `piece:${MODEL}|${ENCODER}|00000000`);
  const before = (await host.log()).length;
  await row(page)
    .getByRole('button', { name: /^Check/ })
    .click();
  await expect(row(page).getByRole('button', { name: /^Check/ })).toBeVisible();
  await verified(page);
  const [again, ...more] = (await host.log()).slice(before);
  expect(more).toEqual([]);
  expect(again).toMatchObject({ path: ENCODER, status: 206 });

  await row(page)
    .getByRole('button', { name: /^Remove/ })
    .click();
  await row(page)
    .getByRole('button', { name: /^Remove/ })
    .click();
  await expect(row(page)).toHaveCount(0);
});

test('a host that the policy does not admit is refused before anything is asked of it', async ({ page }) => {
  await page.goto('/#/models');
  await page.getByLabel('Addresses of model hosts, one a line').fill('https://models.example');
  await page.getByRole('button', { name: 'Use these hosts' }).click();
  await expect(page.getByText('not allowed to talk to models.example')).toBeVisible();
});

test('a model that the host lacks says so in its row', async ({ page }) => {
  await page.goto('/#/models');
  await setHost(page, openHost().url);
  await fetchByName(page, 'longhand/nothing');
  await expect(row(page, 'longhand/nothing').getByRole('alert')).toContainText('No such model');
  await fetchByName(page, 'nothing');
  await expect(page.getByText('A name is owner/name, as on the hub.')).toBeVisible();
});

test('full precision is fetched where there is nothing else, and made smaller here', async ({ page }) => {
  const host = openHost();
  await host.fail({ kind: 'hide', path: '_quantized', times: 0 });
  await page.goto('/#/models');
  await setHost(page, host.url);
  await fetchByName(page);
  await verified(page);
  await expect(row(page)).toContainText('Processor: 8 bits. Graphics card: full precision.');
  await expect(page.getByText(/promised to keep|may clear it/)).toBeVisible();
  await row(page)
    .getByRole('button', { name: /^Make 4 bits/ })
    .click();
  await expect(row(page)).toContainText('Graphics card: full precision, decoder 4 bits.', {
    timeout: 30_000,
  });
});

test('a model is brought in from files, and files that are none say what is missing', async ({ page }) => {
  await page.goto('/#/models');
  const files = page.locator('input[type=file][accept*=zip]');
  const path = (name: string) => `public/models/embedded/${name}`;
  await files.setInputFiles([path('config.json')]);
  await expect(page.getByRole('alert')).toContainText('tokenizer.json');
  const names = ['config.json', 'generation_config.json', 'tokenizer.json', ENCODER];
  const decoder = 'onnx/decoder_model_merged_quantized.onnx';
  await files.setInputFiles([...names, decoder].map(path));
  await expect(row(page, 'model')).toContainText('Verified', { timeout: 30_000 });
});
