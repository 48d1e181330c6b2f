import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { admits, connectSources } from '../../src/models/allowed-hosts';
import { appHeaders, contentSecurityPolicy, HUB_HOSTS } from '../../tools/serve/headers.mjs';

test('static hosts get the headers that the server sends', async () => {
  const text = (await readFile('public/_headers', 'utf8')).replace(/^#.*\n/gm, '');
  const [all, media] = text.split(/^(?=\/)/m);
  expect([all!.split('\n')[0], media!.split('\n')[0]]).toEqual(['/*', '/assets/media-*']);
  expect(headersOf(all!)).toEqual(appHeaders());
  expect(headersOf(media!)).toEqual({
    'Content-Security-Policy': contentSecurityPolicy({ anyHost: true }),
  });
});

function headersOf(rule: string): Record<string, string> {
  const lines = rule.split('\n').filter((line) => /^\s+[^\s!]/.test(line));
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
    }),
  );
}

test('the hosts that models come from are allowed to be fetched from, and nothing more', () => {
  const sources = (policy: string) => connectSources(policy)!.join(' ');
  expect(sources(contentSecurityPolicy())).toBe(["'self'", ...HUB_HOSTS].join(' '));
  const mirror = contentSecurityPolicy({ modelHosts: ['https://models.example'] });
  expect(sources(mirror)).toBe("'self' https://models.example");
  const withoutSources = (policy: string) => policy.replace(/connect-src [^;]*/, '');
  expect(withoutSources(mirror)).toBe(withoutSources(contentSecurityPolicy({ modelHosts: [] })));
});

test('the page reads off its policy what it may fetch from', () => {
  const own = 'http://localhost:8417';
  const sources = connectSources(contentSecurityPolicy())!;
  for (const address of [`${own}/x`, 'https://huggingface.co', 'https://cas-bridge.xethub.hf.co/x?y']) {
    expect(admits(sources, address, own), address).toBe(true);
  }
  for (const address of [
    'http://huggingface.co',
    'https://huggingface.co.evil.example',
    'https://huggingface.co:8443',
    'https://hf.co.example',
    'http://localhost:9',
  ]) {
    expect(admits(sources, address, own), address).toBe(false);
  }
  expect(connectSources("default-src 'none'")).toEqual(["'none'"]);
  expect(connectSources(null)).toBeNull();
});
