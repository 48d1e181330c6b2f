/**
 * Drives the transformers.js pipeline in a real Chromium, for the benchmarks. Opens a browser and a server; the caller
 * closes. The page is built anew when its sources are newer than the build.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Page } from 'playwright';
import type { Answer, Call } from './opponent/pipeline.worker';

const root = fileURLToPath(new URL('../../', import.meta.url));
export const OPPONENT_FOLDER = `${root}.cache/opponent`;

export async function buildOpponent(): Promise<void> {
  await promisify(execFile)('npx', ['vite', 'build', '--config', 'tests/bench/opponent/vite.config.ts'], {
    cwd: root,
  });
}

/** Throws what the pipeline threw. */
export async function callOpponent(page: Page, call: Call): Promise<Exclude<Answer, { error: string }>> {
  const answer = await page.evaluate((message) => opponent(message), call);
  if ('error' in answer) throw new Error(answer.error);
  return answer;
}
