/** The page over a queue set by hand: long transcripts, following the text, and what is said when parts fail. */
import { flushSync, unmount } from 'svelte';
import { afterEach, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import type { JobView } from '../../src/jobs/job-queue';
import { LonghandError } from '../../src/lib/errors';
import { createGovernor } from '../../src/memory/meter';
import { loadMemoryLimit } from '../../src/ui/memory/limit-setting';
import { mountApp } from '../../src/ui/mount';
import { createFakeLibrary } from '../preview/fake-library';
import { createFakeQueue, fakeJob, fakeSegments } from '../preview/fake-queue';
import { spawn } from '../../src/spawn';
import { createEvaluation } from '../../src/ui/evaluate/run-evaluation';
import { createFakeRecorder } from '../preview/fake-recorder';

const sentences = (amount: number) =>
  Array.from({ length: amount }, (_, index) => `Sentence number ${index} is here.`);
const file = new File(['no sound'], 'holm-02.wav');

/** What the page sees of the view (an IntersectionObserver) it hears with the next frame. */
async function frames(amount: number): Promise<void> {
  for (let frame = 0; frame < amount; frame++) await new Promise((resolve) => requestAnimationFrame(resolve));
}

/** A governor of 1,000 MB, and readings for it. */
const createOwnGovernor = () =>
  createGovernor({ deviceGibibytes: 8, limitMegabytes: null, jsHeapBytes: () => 12_000_000 });
const using = (megabytes: number) => ({
  wasmHeapBytes: megabytes * 1_000_000,
  mediaHeapBytes: 0,
  gpuBufferBytes: 0,
  liveTensorBytes: 0,
});

let open: { app: Record<string, unknown>; target: HTMLElement } | null = null;

function show(
  jobs: readonly JobView[],
  hash = '#/job/a',
  queue = createFakeQueue(jobs),
  governor = createOwnGovernor(),
  recorder = createFakeRecorder(),
) {
  location.hash = hash;
  const target = document.createElement('div');
  target.id = 'app';
  document.body.append(target);
  const parts = {
    queue,
    governor,
    library: createFakeLibrary(),
    recorder,
    evaluate: createEvaluation(spawn.evaluation),
    loadDenoiser: spawn.denoise,
  };
  open = { app: mountApp(target, parts), target };
  flushSync();
  return queue;
}

afterEach(async () => {
  if (!open) return;
  await unmount(open.app);
  open.target.remove();
  open = null;
});

test('with ten thousand segments, one more changes only the last paragraph', () => {
  const segments = fakeSegments(sentences(10_001));
  const job = fakeJob({
    state: { kind: 'working' },
    file,
    durationSeconds: 40_000,
    segments: segments.slice(0, -1),
  });
  const queue = show([job]);
  const text = document.querySelector('[role=log]') as HTMLElement;
  expect(text.querySelectorAll('[data-segment]')).toHaveLength(10_000);
  expect(text.textContent).toContain('Sentence number 5000 is here.');

  const observer = new MutationObserver(() => undefined);
  observer.observe(text, { subtree: true, childList: true, characterData: true, attributes: true });
  queue.set([{ ...job, segments }]);
  flushSync();
  const paragraphs = [...text.querySelectorAll('article')];
  const changed = new Set(
    observer.takeRecords().map((record) => {
      const element = record.target instanceof Element ? record.target : record.target.parentElement;
      return paragraphs.indexOf(element?.closest('article') as HTMLElement);
    }),
  );
  expect(text.querySelectorAll('[data-segment]')).toHaveLength(10_001);
  expect([...changed].filter((index) => index >= 0 && index < paragraphs.length - 2)).toEqual([]);
});

test('paragraphs far from view are not drawn, yet there', async () => {
  show([fakeJob({ file, segments: fakeSegments(sentences(2000)) })]);
  const paragraphs = [...document.querySelectorAll('article p')];
  const drawn = () =>
    paragraphs.filter((each) => each.checkVisibility({ contentVisibilityAuto: true })).length;
  await expect.poll(drawn).toBeGreaterThan(0);
  expect(drawn()).toBeLessThan(paragraphs.length / 2);
});

test('the page follows the text only while its end is in view; otherwise new lines are counted', async () => {
  await page.viewport(1280, 700);
  const segments = fakeSegments(sentences(400));
  const job = fakeJob({
    state: { kind: 'working' },
    file,
    durationSeconds: 4000,
    segments: segments.slice(0, 8),
  });
  const queue = show([job]);
  const end = document.querySelector('.end') as HTMLElement;
  const endInView = () =>
    end.getBoundingClientRect().bottom <= innerHeight && end.getBoundingClientRect().top >= 0;
  await expect.poll(endInView).toBe(true);

  queue.set([{ ...job, segments: segments.slice(0, 200) }]);
  await expect.poll(endInView).toBe(true);
  expect(scrollY).toBeGreaterThan(0);

  scrollTo(0, 0);
  await expect.poll(endInView).toBe(false);
  await frames(2);
  queue.set([{ ...job, segments: segments.slice(0, 212) }]);
  const foot = () => document.querySelector('.foot')?.textContent?.trim();
  await expect.poll(foot).toBe('12 new lines');
  expect(scrollY).toBe(0);

  await page.getByRole('button', { name: '12 new lines' }).click();
  await expect.poll(endInView).toBe(true);
  await expect.poll(foot).toBe('');
});

test('a file that this browser cannot play says so quietly and keeps its text', async () => {
  show([
    fakeJob({
      file: new File(['not a film'], 'film.mkv'),
      name: 'film.mkv',
      segments: fakeSegments(sentences(3)),
    }),
  ]);
  await expect
    .element(page.getByRole('region', { name: 'Player' }))
    .toHaveTextContent('This browser cannot play film.mkv itself. Its text is not affected.');
  expect(document.querySelectorAll('[data-segment]')).toHaveLength(3);
});

test('a browser that keeps nothing is told of, and recordings can still be chosen', async () => {
  const queue = createFakeQueue([]);
  queue.load = () => Promise.reject(new LonghandError('store/unavailable', { detail: 'InvalidStateError' }));
  show([], '#/', queue);
  await expect
    .element(page.getByRole('article', { name: 'Storage closed' }))
    .toHaveTextContent('This browser does not let Longhand keep anything.');
  await expect.element(page.getByRole('button', { name: 'Choose files' })).toBeVisible();
});

test('nothing moves while the graphics card writes', () => {
  const job = fakeJob({ state: { kind: 'working' }, backend: 'webgpu', file });
  const queue = show([job]);
  expect(document.documentElement.hasAttribute('data-still')).toBe(true);
  queue.set([{ ...job, state: { kind: 'done' } }]);
  flushSync();
  expect(document.documentElement.hasAttribute('data-still')).toBe(false);
});

test('memory is shown as it is read; a new level says why, what changed, and is announced once', async () => {
  await page.viewport(1280, 900);
  const governor = createOwnGovernor();
  const jobs = [fakeJob({ state: { kind: 'working' }, file })];
  show(jobs, '#/job/a', createFakeQueue(jobs), governor);
  const strip = page.getByRole('region', { name: 'Memory' });
  const announced = () =>
    [...document.querySelectorAll('[role=status]')].find((each) => each.textContent?.startsWith('Memory:'))
      ?.textContent;
  const line = () => document.querySelector('path.use')?.getAttribute('d');
  await expect.element(strip).toHaveTextContent('NORMAL Not measured yet. The limit is 1,000 MB.');

  governor.observe(using(400));
  await expect.element(strip).toHaveTextContent('NORMAL 412 MB of the 1,000 MB limit.');
  expect(announced()).toBe('Memory: normal.');
  const before = line();

  governor.observe(using(768));
  const told = '78 % of the memory limit is taken. Four windows are written together instead of eight.';
  await expect.element(strip).toHaveTextContent(`WARNING 780 MB of the 1,000 MB limit. ${told}`);
  expect(announced()).toBe(`Memory: warning. ${told}`);
  expect(line()).not.toBe(before);

  governor.observe(using(808));
  await expect.element(strip).toHaveTextContent('82 % of the memory limit is taken.');
  expect(announced()).toBe(`Memory: warning. ${told}`);

  governor.fail('speech/out-of-memory');
  await expect.element(strip).toHaveTextContent('CRITICAL');
  await expect.element(strip).toHaveTextContent('The browser refused to give more memory.');
  expect(announced()).toMatch(/^Memory: critical\. The browser refused/);

  await page.viewport(390, 800);
  await page.getByRole('button', { name: 'Memory CRITICAL' }).click();
  await expect.element(page.getByRole('heading', { name: 'Memory' })).toHaveFocus();
});

test('a memory limit holds at once and is kept; what is no limit is refused', async () => {
  localStorage.clear();
  const governor = createOwnGovernor();
  const jobs = [fakeJob({ state: { kind: 'working' }, file })];
  show(jobs, '#/job/a', createFakeQueue(jobs), governor);
  governor.observe(using(400));
  const strip = page.getByRole('region', { name: 'Memory' });
  await page.getByText('Memory limit', { exact: true }).click();
  const field = page.getByLabelText('Never use more than');

  await field.fill('500');
  (field.element() as HTMLElement).blur();
  await expect.element(strip).toHaveTextContent('WARNING 412 MB of the 500 MB limit.');
  expect(loadMemoryLimit()).toBe(500);

  await field.fill('7');
  (field.element() as HTMLElement).blur();
  await expect.element(strip).toHaveTextContent('Between 100 and 16,000 MB.');
  expect(governor.limitMegabytes).toBe(500);

  await page.getByRole('button', { name: 'Use what suits this machine' }).click();
  await expect.element(strip).toHaveTextContent('NORMAL 412 MB of the 1,000 MB limit.');
  expect(loadMemoryLimit()).toBe(null);
});
