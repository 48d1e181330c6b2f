import { describe, expect, test } from 'vitest';
import { isInstalled } from '../../tools/setup/dependencies.mjs';
import { countCheck, countPlaywright, countVitest } from '../../tools/setup/test-counts.mjs';

describe('what is installed is compared with the lockfile', () => {
  const locked = {
    '': { version: '1.0.0' },
    'node_modules/a': { version: '1.0.0' },
    'node_modules/other-system': { version: '2.0.0', optional: true },
  };

  test('the same versions are up to date, without the binaries for other systems', () => {
    expect(isInstalled(locked, { 'node_modules/a': { version: '1.0.0' } })).toBe(true);
  });

  test('a missing package, another version and an empty folder are not', () => {
    expect(isInstalled(locked, {})).toBe(false);
    expect(isInstalled(locked, { 'node_modules/a': { version: '1.0.1' } })).toBe(false);
    const otherBinary = {
      'node_modules/a': { version: '1.0.0' },
      'node_modules/other-system': { version: '1.0.0' },
    };
    expect(isInstalled(locked, otherBinary)).toBe(false);
  });
});

describe('the reports of the test runners become two numbers', () => {
  test('Vitest', () => {
    expect(countVitest({ numPassedTests: 7, numFailedTests: 2 }, 1)).toEqual({ passed: 7, failed: 2 });
  });

  test('Playwright; a test that passed on a second try counts as failed', () => {
    const report = { stats: { expected: 5, unexpected: 1, flaky: 1, skipped: 3 } };
    expect(countPlaywright(report, 1)).toEqual({ passed: 5, failed: 2 });
  });

  test('a run that fails without naming a test is one failure, a missing report included', () => {
    expect(countVitest({ numPassedTests: 7, numFailedTests: 0 }, 1)).toEqual({ passed: 7, failed: 1 });
    expect(countPlaywright(undefined, 1)).toEqual({ passed: 0, failed: 1 });
  });

  test('any other check is one', () => {
    expect(countCheck(0)).toEqual({ passed: 1, failed: 0 });
    expect(countCheck(2)).toEqual({ passed: 0, failed: 1 });
  });
});
