// @ts-check
/**
 * `npm test`: set-up, then every check, all of them even when one fails. A passing step is one line; a failing
 * one shows its output. The last line is `N passed, N failed`: tests, and each other check as one.
 */
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureBrowser } from './browser.mjs';
import { ensureBuild } from './build.mjs';
import { ROOT, SetupError, runScript } from './command.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { countCheck, countPlaywright, countVitest } from './test-counts.mjs';

const REPORTS = join(ROOT, '.cache', 'reports');
const LIMIT_SECONDS = 10 * 60;
const say = (/** @type {string} */ line) => console.log(line);

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {string} script of package.json
 * @property {'vitest' | 'playwright'} [runner] where the step is a test runner
 */

/** @type {Step[]} each works on one core: all at once */
const CHECKS = [
  { name: 'Format', script: 'format:check' },
  { name: 'Lint', script: 'lint' },
  { name: 'Types', script: 'types' },
  { name: 'Import rules', script: 'imports' },
];

/** @type {Step[]} these use all cores themselves: one after the other, the quickest to know first */
const TESTS = [
  { name: 'Unit tests', script: 'test:unit', runner: 'vitest' },
  { name: 'Browser tests', script: 'test:browser', runner: 'vitest' },
  { name: 'End-to-end tests', script: 'test:e2e', runner: 'playwright' },
];

const total = { passed: 0, failed: 0 };
try {
  await ensureDependencies(say);
  await ensureBrowser(say);
  await mkdir(REPORTS, { recursive: true });
  await Promise.all(CHECKS.map(runStep));
  for (const step of TESTS) await runStep(step);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(error.message);
  total.failed += 1;
}
process.exitCode = total.failed > 0 ? 1 : 0;
say(`${total.passed} passed, ${total.failed} failed`);

/**
 * Runs one step, shows it, and adds to the total.
 * @param {Step} step
 */
async function runStep(step) {
  const startMs = Date.now();
  // The end-to-end tests run on the built app; a build that fails is their failure, not the end of the run.
  const buildFailure = step.runner === 'playwright' ? await failureOf(ensureBuild(say)) : undefined;
  const { counts, output } = buildFailure
    ? { counts: countCheck(1), output: buildFailure.message }
    : await runChecks(step);
  const seconds = Math.round((Date.now() - startMs) / 1000);
  if (counts.failed > 0) say(output.trimEnd());
  const verdict = counts.failed > 0 ? 'FAILED' : 'ok';
  const numbers = step.runner ? `, ${counts.passed} passed, ${counts.failed} failed` : '';
  say(`${step.name}: ${verdict}${numbers} (${seconds} s)`);
  total.passed += counts.passed;
  total.failed += counts.failed;
}

/** @param {Step} step */
async function runChecks({ script, runner }) {
  const reportPath = join(REPORTS, `${script.replace(':', '-')}.json`);
  await rm(reportPath, { force: true });
  /** @type {string[]} */
  const args =
    runner === 'vitest'
      ? ['--reporter=default', '--reporter=json', `--outputFile.json=${reportPath}`]
      : runner === 'playwright'
        ? ['--reporter=list,json']
        : [];
  const { code, output } = await runScript(script, args, {
    env: { PLAYWRIGHT_JSON_OUTPUT_FILE: reportPath },
    limitSeconds: LIMIT_SECONDS,
  });
  const text = code === 124 ? `${output}\nStopped after ${LIMIT_SECONDS} s.` : output;
  if (runner === undefined) return { counts: countCheck(code), output: text };
  const report = await readFile(reportPath, 'utf8').then(JSON.parse, () => undefined);
  const counts = runner === 'vitest' ? countVitest(report, code) : countPlaywright(report, code);
  return { counts, output: text };
}

/** @param {Promise<unknown>} promise @returns {Promise<Error | undefined>} */
async function failureOf(promise) {
  try {
    await promise;
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
