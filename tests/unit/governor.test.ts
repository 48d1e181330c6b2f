import fc from 'fast-check';
import { expect, test } from 'vitest';
import { admit } from '../../src/memory/admission';
import { batchBytes, planBudget } from '../../src/memory/budget';
import { createGovernorState, govern, type GovernorState } from '../../src/memory/governor';
import { allowanceAt, BOTTOM, FULL, LADDER } from '../../src/memory/ladder';
import { MEGABYTE, memoryLimitBytes } from '../../src/memory/limit';
import { createGovernor } from '../../src/memory/meter';
import { parsePressure, underPressure } from '../../src/memory/pressure';
import { NO_READING, type MemoryReading } from '../../src/memory/reading';
import { watchHeap } from '../../src/memory/recycle';

const LIMIT = 1_000 * MEGABYTE;
const using = (share: number, extra: Partial<MemoryReading> = {}): MemoryReading => ({
  ...NO_READING,
  wasmHeapBytes: share * LIMIT,
  ...extra,
});
const after = (state: GovernorState, readings: MemoryReading[]): GovernorState =>
  readings.reduce(govern, state);

test('the limit is half of the device, capped at 1 GB up to base and 2 GB above', () => {
  const device = { weightBytes: 13 * MEGABYTE, limitMegabytes: null };
  expect(memoryLimitBytes({ ...device, deviceGibibytes: 1 })).toBe(2 ** 29);
  expect(memoryLimitBytes({ ...device, deviceGibibytes: 8 })).toBe(1_000 * MEGABYTE);
  expect(memoryLimitBytes({ ...device, deviceGibibytes: 8, weightBytes: 500 * MEGABYTE })).toBe(
    2_000 * MEGABYTE,
  );
  expect(memoryLimitBytes({ ...device, deviceGibibytes: undefined })).toBe(1_000 * MEGABYTE);
  expect(memoryLimitBytes({ ...device, deviceGibibytes: 8, limitMegabytes: 300 })).toBe(300 * MEGABYTE);
});

test('each rung gives up something and takes nothing back', () => {
  for (let rung = 1; rung <= BOTTOM; rung++) {
    const [above, here] = [allowanceAt(rung - 1), allowanceAt(rung)];
    expect(here).not.toEqual(above);
    expect(here).toMatchObject(LADDER[rung]!.gives);
    expect(here.batch).toBeLessThanOrEqual(above.batch);
    expect(here.chunkSeconds).toBeLessThanOrEqual(above.chunkSeconds);
  }
});

test('use decides the level, and every level says why', () => {
  const start = createGovernorState(LIMIT);
  expect(govern(start, using(0.5))).toMatchObject({ level: 'NORMAL', rung: 0 });
  expect(govern(start, using(0.75))).toMatchObject({ level: 'WARNING', rung: 1 });
  expect(govern(start, using(0.9))).toMatchObject({ level: 'CRITICAL', rung: 2 });
  expect(govern(start, using(0.9)).reason).toBe('90 % of the memory limit is taken.');
});

test('a refused allocation and a lost device are critical whatever the figures say', () => {
  const start = createGovernorState(LIMIT);
  expect(govern(start, using(0.1, { allocationFailures: 1 }))).toMatchObject({ level: 'CRITICAL', rung: 3 });
  expect(govern(start, using(0.1, { deviceLosses: 1 }))).toMatchObject({ level: 'CRITICAL', rung: 1 });
});

test('down at once, up one rung after five calm readings, and not while use hangs between', () => {
  const low = after(createGovernorState(LIMIT), [using(0.95), using(0.95)]);
  expect(low.rung).toBe(4);
  expect(
    after(
      low,
      Array.from({ length: 4 }, () => using(0.3)),
    ).rung,
  ).toBe(4);
  expect(
    after(
      low,
      Array.from({ length: 5 }, () => using(0.3)),
    ).rung,
  ).toBe(3);
  expect(
    after(
      low,
      Array.from({ length: 50 }, () => using(0.7)),
    ).rung,
  ).toBe(4);
});

test('whatever the readings, the rung stays on the ladder and lasting pressure reaches its foot', () => {
  const reading = fc.record({
    share: fc.double({ min: 0, max: 3, noNaN: true }),
    allocationFailures: fc.nat(2),
    deviceLosses: fc.nat(2),
  });
  fc.assert(
    fc.property(fc.array(reading), (readings) => {
      const state = after(
        createGovernorState(LIMIT),
        readings.map(({ share, ...events }) => using(share, events)),
      );
      expect(state.rung).toBeGreaterThanOrEqual(0);
      expect(state.rung).toBeLessThanOrEqual(BOTTOM);
      expect(
        after(
          state,
          Array.from({ length: BOTTOM }, () => using(1)),
        ).rung,
      ).toBe(BOTTOM);
    }),
  );
});

const cost = {
  encoder: { linearBytes: 1 * MEGABYTE, quadraticBytes: 0.1 * MEGABYTE },
  window: { fixedBytes: 10 * MEGABYTE, linearBytes: 1 * MEGABYTE },
};

test('a window plans for a quarter of what is free and a batch for six tenths: shorter windows, then fewer', () => {
  const ask = { allowance: FULL, chunkSeconds: 30, fullWindowSeconds: null, cost };
  expect(planBudget({ ...ask, freeBytes: 10_000 * MEGABYTE })).toEqual({ batch: 8, chunkSeconds: 30 });
  expect(planBudget({ ...ask, freeBytes: 500 * MEGABYTE })).toEqual({ batch: 7, chunkSeconds: 30 });
  expect(planBudget({ ...ask, freeBytes: 300 * MEGABYTE })).toEqual({ batch: 7, chunkSeconds: 15 });
  expect(planBudget({ ...ask, freeBytes: 0 })).toEqual({ batch: 1, chunkSeconds: 5 });
  expect(planBudget({ ...ask, allowance: allowanceAt(BOTTOM), freeBytes: 10_000 * MEGABYTE })).toEqual({
    batch: 1,
    chunkSeconds: 5,
  });
});

test('where every window is a full one, a shorter chunk would save nothing', () => {
  const ask = { allowance: FULL, chunkSeconds: 30, fullWindowSeconds: 30, cost };
  expect(planBudget({ ...ask, freeBytes: 300 * MEGABYTE })).toEqual({ batch: 4, chunkSeconds: 30 });
  expect(planBudget({ ...ask, freeBytes: 0 })).toEqual({ batch: 1, chunkSeconds: 30 });
});

test('what the heap grew by for one batch is there for the next', () => {
  const governor = createGovernor({ deviceGibibytes: 8, limitMegabytes: null, jsHeapBytes: () => null });
  const model = { weightBytes: 100 * MEGABYTE, window: cost, loadedBytes: 300 * MEGABYTE };
  governor.admit(model);
  const plan = () => governor.budget(model, { chunkSeconds: 30, fullWindowSeconds: 30 }, 3);
  governor.observe({ ...NO_READING, wasmHeapBytes: 300 * MEGABYTE });
  expect(plan()).toEqual({ batch: 8, chunkSeconds: 30 });
  governor.observe({ ...NO_READING, wasmHeapBytes: 700 * MEGABYTE });
  expect(plan()).toEqual({ batch: 8, chunkSeconds: 30 });
  // As much of another worker's is not.
  governor.observe({ ...NO_READING, wasmHeapBytes: 300 * MEGABYTE, mediaHeapBytes: 400 * MEGABYTE });
  expect(plan()).toEqual({ batch: 4, chunkSeconds: 30 });
});

test('a worker is renewed when its heap stands far above what its batches were seen to take', () => {
  const limitBytes = LIMIT;
  const planned = (batch: number, megabytes: number) => ({
    wasmHeapBytes: megabytes * MEGABYTE,
    batch,
    batchBytes: batch * 10 * MEGABYTE,
    limitBytes,
  });
  const grown = watchHeap(200 * MEGABYTE);
  // More than planned while batches grow is need, not waste.
  expect([grown(planned(1, 400)), grown(planned(4, 700)), grown(planned(4, 710))]).toEqual([
    false,
    false,
    false,
  ]);
  // The same heap under batches of one: those took 400.
  expect(grown(planned(1, 710))).toBe(true);
  const crept = watchHeap(200 * MEGABYTE);
  expect([crept(planned(4, 300)), crept(planned(4, 460)), crept(planned(4, 510))]).toEqual([
    false,
    false,
    true,
  ]);
});

test('a job that cannot fit is refused with its bytes, and told to come back only if that can help', () => {
  const job = { weightBytes: 100 * MEGABYTE, cost, usedByOthersBytes: 0 };
  const needed = 130 * MEGABYTE + batchBytes(cost, 1, 5);
  expect(admit({ ...job, limitBytes: needed })).toEqual({ admitted: true });
  expect(admit({ ...job, limitBytes: needed - 1 })).toEqual({
    admitted: false,
    neededBytes: needed,
    retryAfterSeconds: null,
  });
  expect(admit({ ...job, limitBytes: needed, usedByOthersBytes: 1 })).toEqual({
    admitted: false,
    neededBytes: needed,
    retryAfterSeconds: 30,
  });
});

test('injected pressure replaces the readings from the given one on', () => {
  const steps = parsePressure('0.95@2, 0.3@4,fail@3')!;
  const shown = [1, 2, 3, 4].map((count) => underPressure(using(0.5), count, LIMIT, steps));
  expect(shown.map((reading) => reading.wasmHeapBytes / LIMIT)).toEqual([0.5, 0.95, 0.95, 0.3]);
  expect(shown.map((reading) => reading.allocationFailures)).toEqual([0, 0, 1, 0]);
  expect(parsePressure('lots')).toBe(null);
  expect(parsePressure('0.9@')).toBe(null);
});

test("the user's limit holds at once, over models too, and the past is told in shares of it", () => {
  const governor = createGovernor({ deviceGibibytes: 8, limitMegabytes: null, jsHeapBytes: () => null });
  let told = 0;
  governor.subscribe(() => told++);
  governor.setLimit(2_000);
  expect(governor.state).toMatchObject({ limitBytes: 2_000 * MEGABYTE, level: 'NORMAL', usedBytes: 0 });
  expect(governor.history).toEqual([]);
  expect(told).toBe(1);

  governor.observe({ ...NO_READING, wasmHeapBytes: 800 * MEGABYTE });
  expect(governor.history).toEqual([0.4]);
  governor.setLimit(1_000);
  expect(governor.state).toMatchObject({ level: 'WARNING', rung: 1 });
  expect(governor.history).toEqual([0.8, 0.8]);

  governor.admit({ weightBytes: 500 * MEGABYTE, window: cost, loadedBytes: 600 * MEGABYTE });
  expect(governor.state.limitBytes).toBe(1_000 * MEGABYTE);
  governor.setLimit(null);
  expect(governor.limitMegabytes).toBe(null);
  expect(governor.state).toMatchObject({ limitBytes: 2_000 * MEGABYTE, level: 'NORMAL' });
  expect(governor.history.map((share) => Number(share.toFixed(6)))).toEqual([0.4, 0.4, 0.4]);
});
