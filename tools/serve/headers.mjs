// @ts-check
/**
 * Response headers of the app, written once: used by the development server, `npm start`, the tests, and
 * (checked by tests/unit/tools-headers.test.ts) `public/_headers` for static hosts.
 */

/**
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

/**
 * Where models come from unless whoever serves the app says otherwise: the hub, and the hosts of its content network,
 * to which it redirects large files (`cdn-lfs.hf.co`, `cas-bridge.xethub.hf.co`, `cdn-lfs.huggingface.co`; their names
 * change). docs/decisions/0010-model-hosts.md
 * @type {readonly string[]}
 */
export const HUB_HOSTS = ['https://huggingface.co', 'https://*.huggingface.co', 'https://*.hf.co'];

/**
 * What the built app may load and where it may connect: its own origin, and `modelHosts` beside it.
 * `wasm-unsafe-eval` is WebAssembly only, no JavaScript eval; no `blob:` in `worker-src`, so a library that
 * starts a worker from a string fails in the tests and not at a user's.
 * @param {{ modelHosts?: readonly string[], anyHost?: boolean }} [options] origins, `https://host`
 */
export function contentSecurityPolicy({ modelHosts = HUB_HOSTS, anyHost = false } = {}) {
  return [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self'",
    ["connect-src 'self'", ...(anyHost ? ['https:', 'http:'] : modelHosts)].join(' '),
    "style-src 'self'",
    "img-src 'self' blob: data:",
    "media-src 'self' blob:",
    "font-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/**
 * The one script that may ask any host, `anyHost`: it fetches recordings from the addresses that a person gives, and
 * has no text to tell anyone. docs/decisions/0020-addresses.md
 */
export const MEDIA_WORKER = /^\/assets\/media-[^/]*\.js$/;

/**
 * All headers of the built app, the same on every response: a worker script from the network takes the policy
 * of its own response, so documents alone would not do. Only the media worker's differ, see above.
 * @param {{ modelHosts?: readonly string[], anyHost?: boolean }} [options]
 * @returns {Record<string, string>}
 */
export function appHeaders(options) {
  return {
    ...isolationHeaders(),
    'Content-Security-Policy': contentSecurityPolicy(options),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
  };
}
