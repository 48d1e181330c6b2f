import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { appHeaders } from '../../tools/serve/headers.mjs';
import { openServer } from '../../tools/serve/server.mjs';

async function open(port = 0) {
  const root = await mkdtemp(join(tmpdir(), 'longhand-server-'));
  await mkdir(join(root, 'app'));
  await mkdir(join(root, 'model'));
  await writeFile(join(root, 'app', 'index.html'), '<p>app');
  await writeFile(join(root, 'app', 'worker.js'), 'self.close()');
  await writeFile(join(root, 'model', 'config.json'), '{"model":1}');
  await writeFile(join(root, 'secret.txt'), 'secret');
  const server = await openServer({
    folder: join(root, 'app'),
    port,
    mounts: { '/models/local/m/': join(root, 'model') },
  });
  onTestFinished(async () => {
    await server.close();
    await rm(root, { recursive: true });
  });
  return server;
}

test.each(['', 'worker.js', 'models/local/m/config.json', 'nothing-here'])(
  '"%s" has every header',
  async (path) => {
    const server = await open();
    const response = await fetch(server.url + path);
    expect(response.status).toBe(path === 'nothing-here' ? 404 : 200);
    for (const [name, value] of Object.entries(appHeaders())) expect(response.headers.get(name)).toBe(value);
  },
);

test('a part of a file can be asked for', async () => {
  const server = await open();
  const response = await fetch(`${server.url}models/local/m/config.json`, {
    headers: { Range: 'bytes=2-6' },
  });
  expect(response.status).toBe(206);
  expect(await response.text()).toBe('model');
});

test.each(['..%2fsecret.txt', 'models/local/m/..%2f..%2fsecret.txt', 'models/local/m/%2e%2e/secret.txt'])(
  'nothing outside the folders is served: %s',
  async (path) => {
    const server = await open();
    const response = await fetch(server.url + path);
    expect(await response.text()).not.toContain('secret');
    expect(response.status).toBe(404);
  },
);

test('nothing can be written', async () => {
  const server = await open();
  expect((await fetch(server.url, { method: 'POST', body: 'x' })).status).toBe(405);
});

test('where the port is taken, the next free one is used', async () => {
  const first = await open();
  const port = Number(new URL(first.url).port);
  const second = await open(port);
  expect(Number(new URL(second.url).port)).toBeGreaterThan(port);
});
