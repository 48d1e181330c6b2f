/**
 * `test` for the end-to-end tests: the built app with nothing else on the network, but the model host where a test sets
 * `modelHost`. A request to another origin, a violation of the content security policy or an uncaught error in the page fails the test that caused it.
 */
import { expect, test as base } from '@playwright/test';

function appUrl(): string {
  const url = process.env.LONGHAND_E2E_URL;
  if (!url) throw new Error('tests/e2e/global-setup.ts has not run');
  return url;
}

interface Fixtures {
  faults: string[];
  /** The test may fetch from `modelHostUrl()`. */
  modelHost: boolean;
}

/** Address of the model host on another origin. */
export const modelHostUrl = (): string => process.env.LONGHAND_E2E_MODEL_HOST!;

export const test = base.extend<Fixtures>({
  baseURL: async ({}, use) => use(appUrl()),
  modelHost: [false, { option: true }],

  /** What went wrong in the page so far; a test that expects one of these takes it out. */
  faults: [
    async ({ context, modelHost }, use) => {
      const faults: string[] = [];
      const own = [appUrl(), ...(modelHost ? [modelHostUrl()] : [])].map((url) => new URL(url).origin);
      context.on('request', (request) => {
        const url = new URL(request.url());
        const local = own.includes(url.origin) || url.protocol === 'blob:' || url.protocol === 'data:';
        if (!local) faults.push(`request to another origin: ${request.url()}`);
      });
      // Worker scripts and fetches in workers pass here too.
      await context.route(
        (url) => !own.includes(url.origin) && url.protocol.startsWith('http'),
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
