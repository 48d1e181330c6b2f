// @ts-check
/** Which browser drives the tests and the command line, and with which switches. No dependencies: runs before `npm ci`. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const FIXED_PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];

/**
 * Path of an installed Chromium or Chrome, or undefined (Playwright then looks for its own).
 * `LONGHAND_CHROMIUM` overrides.
 * @returns {string | undefined}
 */
export function findChromium() {
  const override = process.env.LONGHAND_CHROMIUM;
  if (override) return override;
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const candidates = [
    ...folders.flatMap((folder) => NAMES.map((name) => join(folder, name))),
    ...FIXED_PLACES,
  ];
  return candidates.find((path) => existsSync(path));
}

/**
 * Switches for a quiet headless Chromium. `software` gives a real, slow WebGPU without a graphics card.
 * @param {{ gpu: 'none' | 'software' | 'hardware' }} options
 * @returns {string[]}
 */
export function chromiumArguments({ gpu }) {
  const quiet = [
    '--no-sandbox',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ];
  if (gpu === 'none') return [...quiet, '--disable-gpu'];
  if (gpu === 'software') return [...quiet, '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];
  return [...quiet, '--enable-unsafe-webgpu'];
}

/**
 * How every test and the command line starts the browser.
 * @param {{ gpu: 'none' | 'software' | 'hardware' }} options
 * @returns {{ executablePath?: string, args: string[] }} Playwright's launch options
 */
export function chromiumLaunchOptions({ gpu }) {
  const executablePath = findChromium();
  return { ...(executablePath ? { executablePath } : {}), args: chromiumArguments({ gpu }) };
}
