// @ts-check
/**
 * What the test runners report, as two numbers. In: the JSON report of Vitest or Playwright (undefined where it
 * was not written) and the exit code. Out: tests passed and failed; a run that failed without naming a failed
 * test (a file that does not load, a browser that does not start) counts as one failure.
 */

/** @typedef {{ passed: number, failed: number }} Counts */

/**
 * @param {unknown} report
 * @param {number} exitCode
 * @returns {Counts}
 */
export function countVitest(report, exitCode) {
  const { numPassedTests = 0, numFailedTests = 0 } = /** @type {any} */ (report ?? {});
  return atLeastOneFailure({ passed: numPassedTests, failed: numFailedTests }, exitCode);
}

/**
 * A test that passes only on a second try counts as failed: nothing here may depend on luck.
 * @param {unknown} report
 * @param {number} exitCode
 * @returns {Counts}
 */
export function countPlaywright(report, exitCode) {
  const { expected = 0, unexpected = 0, flaky = 0 } = /** @type {any} */ (report ?? {}).stats ?? {};
  return atLeastOneFailure({ passed: expected, failed: unexpected + flaky }, exitCode);
}

/** @param {number} exitCode @returns {Counts} */
export function countCheck(exitCode) {
  return exitCode === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** @param {Counts} counts @param {number} exitCode @returns {Counts} */
function atLeastOneFailure({ passed, failed }, exitCode) {
  return { passed, failed: exitCode === 0 ? failed : Math.max(failed, 1) };
}
