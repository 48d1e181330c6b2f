import { expect, test, vi } from 'vitest';
import { evictionScore, leastValuable, type LoadedState } from '../../src/models/evict';
import { type LoadableModel, ModelLoader } from '../../src/models/loader';

interface TestModel extends LoadableModel {
  name: string;
  closed: boolean;
  lost: string | null;
}

function createModel(name: string, weightBytes = 100): TestModel {
  return {
    name,
    weightBytes,
    closed: false,
    lost: null,
    deviceLoss() {
      return this.lost;
    },
    [Symbol.asyncDispose]() {
      this.closed = true;
      return Promise.resolve();
    },
  };
}

function createLoader(mostBytes = 250) {
  const clock = { now: 0 };
  const loads: string[] = [];
  const loader = new ModelLoader<TestModel>({
    mostBytes,
    now: () => clock.now,
    onLoad: (key) => loads.push(key),
  });
  return { loader, clock, loads };
}

test('one load for all who ask at once, and for those who ask later', async () => {
  const { loader, loads } = createLoader();
  const open = vi.fn(() => Promise.resolve(createModel('base')));
  const leases = await Promise.all([1, 2, 3].map(() => loader.lease('base', 100, open)));
  leases.forEach((lease) => lease.release());
  const again = await loader.lease('base', 100, open);
  expect(open).toHaveBeenCalledTimes(1);
  expect(loads).toEqual(['base']);
  expect(new Set([...leases, again].map(({ model }) => model)).size).toBe(1);
});

test('a model in use is never unloaded, an idle one is when its room is needed', async () => {
  const { loader, clock } = createLoader();
  const models = ['a', 'b', 'c'].map((name) => createModel(name));
  const [a, b, c] = models;
  const held = await loader.lease('a', 100, () => Promise.resolve(a!));
  (await loader.lease('b', 100, () => Promise.resolve(b!))).release();
  clock.now = 1;
  await loader.lease('c', 100, () => Promise.resolve(c!));
  expect(models.map(({ closed }) => closed)).toEqual([false, true, false]);
  expect(await loader.unload(1000)).toBe(0);
  held.release();
  held.release();
  expect(await loader.unload(1)).toBe(100);
  expect(models.map(({ closed }) => closed)).toEqual([true, true, false]);
});

test('a failed load fails for all who wait for it, and the next call tries again', async () => {
  const { loader } = createLoader();
  const failing = () => Promise.reject(new Error('no file'));
  const both = await Promise.allSettled([loader.lease('a', 1, failing), loader.lease('a', 1, failing)]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(loader.heldBytes).toBe(0);
  expect((await loader.lease('a', 1, () => Promise.resolve(createModel('a')))).model.name).toBe('a');
});

test('a model whose device was lost is opened anew, and closed when its last holder lets go', async () => {
  const { loader } = createLoader();
  const first = createModel('first');
  const old = await loader.lease('a', 1, () => Promise.resolve(first));
  first.lost = 'destroyed';
  const fresh = await loader.lease('a', 1, () => Promise.resolve(createModel('second')));
  expect(fresh.model.name).toBe('second');
  expect(first.closed).toBe(false);
  old.release();
  await vi.waitFor(() => expect(first.closed).toBe(true));
});

test('loading ahead takes free room only', async () => {
  const { loader, loads } = createLoader(150);
  await loader.preload('a', 100, () => Promise.resolve(createModel('a')));
  await loader.preload('b', 100, () => Promise.resolve(createModel('b')));
  expect(loads).toEqual(['a']);
});

const state = (change: Partial<LoadedState>): LoadedState => ({
  key: 'x',
  uses: 0,
  priority: 'wanted',
  sizeBytes: 1e8,
  lastUsedAt: 0,
  ...change,
});

test('what is larger, longer idle or loaded ahead goes first', () => {
  const now = 3_600_000;
  const usual = state({ lastUsedAt: now });
  for (const worse of [{ sizeBytes: 4e8 }, { lastUsedAt: 0 }, { priority: 'ahead' }] as const) {
    const other = state({ lastUsedAt: now, ...worse });
    expect(evictionScore(other, now)).toBeGreaterThan(evictionScore(usual, now));
    expect(leastValuable([usual, other], now)).toBe(other);
  }
  expect(leastValuable([state({ uses: 1 })], now)).toBeNull();
});
