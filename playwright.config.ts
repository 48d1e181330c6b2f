/**
 * End-to-end tests on the built app, served as `npm start` serves it, in an installed browser. One worker: the
 * tests measure memory and use all cores themselves. What a test sees of the app comes from `tests/e2e/app.ts`.
 */
import { defineConfig } from '@playwright/test';
import { chromiumLaunchOptions } from './tools/setup/chromium.mjs';

export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'test-results',
  globalSetup: './tests/e2e/global-setup.ts',
  workers: 1,
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  reporter: 'list',
  use: {
    browserName: 'chromium',
    headless: true,
    viewport: { width: 1280, height: 900 },
    launchOptions: chromiumLaunchOptions({ gpu: 'none' }),
    permissions: ['clipboard-read', 'clipboard-write'],
  },
});
