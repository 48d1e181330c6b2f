// @ts-check
/**
 * Response headers of the app, written once: used by the development server, `npm start` and the tests.
 * Cross-origin isolation gives SharedArrayBuffer, hence WASM threads.
 * @returns {Record<string, string>}
 */
export function isolationHeaders() {
  return {
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
    'Cross-Origin-Resource-Policy': 'same-origin',
  };
}
