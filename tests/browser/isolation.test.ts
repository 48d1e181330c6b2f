import { expect, test } from 'vitest';

test('the test page is cross-origin isolated, so that WASM threads run as in the app', () => {
  expect(crossOriginIsolated).toBe(true);
});
