/**
 * Build and test configuration. One build with the page and its module workers; headers that make the page
 * cross-origin isolated (threads) come from `tools/serve/headers.mjs`, here and in the server alike.
 */
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { playwright } from '@vitest/browser-playwright';
import { defaultClientConditions } from 'vite';
import { defineConfig } from 'vitest/config';
import { chromiumLaunchOptions } from './tools/setup/chromium.mjs';
import { isolationHeaders } from './tools/serve/headers.mjs';

const headers = isolationHeaders();

export default defineConfig({
  plugins: [svelte()],
  base: './',
  // ORT without an embedded copy of its glue script, which src/lib/onnx-runtime.ts gives it by address.
  resolve: { conditions: ['onnxruntime-web-use-extern-wasm', ...defaultClientConditions] },
  // `../shared` holds optional test material; tests that read it leave themselves out where it is absent.
  server: { headers, fs: { allow: ['.', '../shared'] } },
  preview: { headers },
  build: { target: 'chrome120', assetsInlineLimit: 0, sourcemap: true },
  oxc: { target: 'es2022' },
  worker: { format: 'es' },
  // What only workers import is found late, and a reload in the middle of a browser test fails it.
  optimizeDeps: { exclude: ['onnxruntime-web', 'mediabunny'], include: ['ml-hclust', 'fft.js'] },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['tests/unit/**/*.test.ts'],
          environment: 'node',
          // A machine with other work to do must not fail a test.
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['tests/browser/**/*.test.ts'],
          globalSetup: ['tests/browser/model-server.ts'],
          testTimeout: 60_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: chromiumLaunchOptions({ gpu: 'none' }),
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
