import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { withDeadline } from '../../src/media/deadline';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('a step that never answers fails with what was waited for', async () => {
  const step = withDeadline(new Promise<never>(() => undefined), { name: 'loop.mp4', waits: false }, 12);
  const failure = expect(step).rejects.toMatchObject({
    code: 'media/stalled',
    values: { name: 'loop.mp4', atSeconds: 12, waitedSeconds: 10 },
  });
  await vi.advanceTimersByTimeAsync(10_000);
  await failure;
});

it('a step that answers leaves no timer behind', async () => {
  await expect(withDeadline(Promise.resolve(1), { name: 'good.mp4', waits: false }, 0)).resolves.toBe(1);
  expect(vi.getTimerCount()).toBe(0);
});
