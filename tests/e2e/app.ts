/**
 * `test` for the end-to-end tests: the built app with nothing else on the network. A request to another origin,
 * a violation of the content security policy or an uncaught error in the page fails the test that caused it.
 */
import { expect, test as base } from '@playwright/test';

function appUrl(): string {
  const url = process.env.LONGHAND_E2E_URL;
  if (!url) throw new Error('tests/e2e/global-setup.ts has not run');
  return url;
}

export const test = base.extend<{ faults: string[] }>({
  baseURL: async ({}, use) => use(appUrl()),

  /** What went wrong in the page so far; a test that expects one of these takes it out. */
  faults: [
    async ({ context }, use) => {
      const faults: string[] = [];
      const own = new URL(appUrl()).origin;
      context.on('request', (request) => {
        const url = new URL(request.url());
        const local = url.origin === own || url.protocol === 'blob:' || url.protocol === 'data:';
        if (!local) faults.push(`request to another origin: ${request.url()}`);
      });
      // Worker scripts and fetches in workers pass here too.
      await context.route(
        (url) => url.origin !== own && url.protocol.startsWith('http'),
        (route) => route.abort(),
      );
      context.on('weberror', (error) => faults.push(`uncaught: ${String(error.error())}`));
      context.on('console', (message) => {
        if (message.text().includes('Content Security Policy')) faults.push(message.text());
      });
      await use(faults);
      expect(faults).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };
