import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { appHeaders, contentSecurityPolicy } from '../../tools/serve/headers.mjs';

test('static hosts get the headers that the server sends', async () => {
  const lines = (await readFile('public/_headers', 'utf8')).split('\n').filter((line) => /^\s+\S/.test(line));
  const written = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
    }),
  );
  expect(written).toEqual(appHeaders());
});

test('a model host is allowed to be fetched from, and nothing more', () => {
  const open = contentSecurityPolicy({ modelHosts: ['https://models.example'] });
  expect(open).toBe(
    contentSecurityPolicy().replace("connect-src 'self'", "connect-src 'self' https://models.example"),
  );
});
