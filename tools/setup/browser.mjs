// @ts-check
/**
 * Sees to it that there is a browser for the tests and the command line: an installed Chromium or Chrome, else
 * Playwright's own, else (root on Debian) the package. Call after `ensureDependencies`.
 */
import { existsSync } from 'node:fs';
import { findChromium } from './chromium.mjs';
import { SetupError, runCommand } from './command.mjs';
import { exclusively } from './exclusively.mjs';

/** A host that cannot be reached must not hold the set-up for Playwright's own limit of minutes. */
const DOWNLOAD_ENV = { PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '10000' };
const DOWNLOAD_LIMIT_SECONDS = 300;

/**
 * @param {(line: string) => void} say
 * @returns {Promise<string | undefined>} path of an installed browser; undefined where Playwright knows its own
 * @throws {SetupError} where there is none and none can be had
 */
export async function ensureBrowser(say) {
  if (hasInstalled() || (await playwrightHasOwn())) return findChromium();
  return exclusively(async () => {
    say('No Chromium or Chrome found: fetching one through Playwright …');
    const download = await runCommand('npx', ['--no-install', 'playwright', 'install', 'chromium'], {
      env: DOWNLOAD_ENV,
      limitSeconds: DOWNLOAD_LIMIT_SECONDS,
    });
    if (download.code === 0 && (await playwrightHasOwn())) return undefined;
    if (process.getuid?.() === 0 && existsSync('/etc/debian_version')) {
      say('That did not work; installing the Debian package chromium …');
      await runCommand('apt-get', ['update']);
      await runCommand('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], {
        env: { DEBIAN_FRONTEND: 'noninteractive' },
      });
      if (hasInstalled()) return findChromium();
    }
    throw new SetupError(
      'No browser: install Chromium or Google Chrome, or set LONGHAND_CHROMIUM to the path of one, and run this again.',
    );
  });
}

/** An override that names nothing is a mistake to hear about at once. */
function hasInstalled() {
  const path = findChromium();
  if (path !== undefined && !existsSync(path))
    throw new SetupError(`LONGHAND_CHROMIUM: there is no file ${path}`);
  return path !== undefined;
}

/** Downloaded, and able to start: on a bare Linux the system libraries it needs may be missing. */
async function playwrightHasOwn() {
  const { chromium } = await import('playwright');
  const path = chromium.executablePath();
  return existsSync(path) && (await runCommand(path, ['--version'], { limitSeconds: 20 })).code === 0;
}
