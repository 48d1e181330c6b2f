/** Builds the comparison page, apart from the app: none of it ships. */
import { fileURLToPath } from 'node:url';
import { defaultClientConditions, defineConfig } from 'vite';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  publicDir: false,
  resolve: { conditions: ['onnxruntime-web-use-extern-wasm', ...defaultClientConditions] },
  build: {
    target: 'chrome120',
    outDir: fileURLToPath(new URL('../../../.cache/opponent', import.meta.url)),
    emptyOutDir: true,
    assetsInlineLimit: 0,
  },
  worker: { format: 'es' },
});
