/** The page over a queue set by hand: long transcripts, following the text, and what is said when parts fail. */
import { flushSync, unmount } from 'svelte';
import { afterEach, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import type { JobView } from '../../src/jobs/job-queue';
import { LonghandError } from '../../src/lib/errors';
import { mountApp } from '../../src/ui/mount';
import { createFakeQueue, fakeJob, fakeSegments } from '../preview/fake-queue';

const sentences = (amount: number) =>
  Array.from({ length: amount }, (_, index) => `Sentence number ${index} is here.`);
const file = new File(['no sound'], 'holm-02.wav');

/** What the page sees of the view (an IntersectionObserver) it hears with the next frame. */
async function frames(amount: number): Promise<void> {
  for (let frame = 0; frame < amount; frame++) await new Promise((resolve) => requestAnimationFrame(resolve));
}

let open: { app: Record<string, unknown>; target: HTMLElement } | null = null;

function show(jobs: readonly JobView[], hash = '#/job/a', queue = createFakeQueue(jobs)) {
  location.hash = hash;
  const target = document.createElement('div');
  target.id = 'app';
  document.body.append(target);
  open = { app: mountApp(target, queue), target };
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
