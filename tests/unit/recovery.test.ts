import { expect, test } from 'vitest';
import { createRecovery } from '../../src/jobs/recovery';
import { LonghandError } from '../../src/lib/errors';

const lost = new LonghandError('speech/device-lost', { detail: 'unknown' }, { retryable: true });
const garbage = new LonghandError('speech/garbage-logits', { detail: 'all 0' }, { retryable: true });
const noMemory = new LonghandError('speech/out-of-memory', { neededBytes: 1, detail: 'bad_alloc' });
const dead = new LonghandError('worker/dead', { worker: 'speech' });

test('a job keeps its backend through two lost devices, and the third brings it to the processor', () => {
  const recovery = createRecovery('webgpu');
  expect([recovery.survives(lost), recovery.backend]).toEqual([true, 'webgpu']);
  expect([recovery.survives(lost), recovery.backend]).toEqual([true, 'webgpu']);
  expect([recovery.survives(lost), recovery.backend]).toEqual([true, 'wasm']);
});

test('progress between them does not make losses forgotten, and results of a lost device count as one', () => {
  const recovery = createRecovery('auto');
  for (const failure of [lost, garbage]) {
    expect(recovery.survives(failure)).toBe(true);
    recovery.progressed();
    expect(recovery.backend).toBe('auto');
  }
  expect(recovery.survives(lost)).toBe(true);
  expect(recovery.backend).toBe('wasm');
});

test('out of memory brings the job to the processor at once', () => {
  const recovery = createRecovery('webgpu');
  expect(recovery.survives(noMemory)).toBe(true);
  expect(recovery.backend).toBe('wasm');
});

test('a dead worker changes no backend, and the fourth in a row without progress ends the job', () => {
  const recovery = createRecovery('webgpu');
  const survived = Array.from({ length: 4 }, () => recovery.survives(dead));
  expect(survived).toEqual([true, true, true, false]);
  expect(recovery.backend).toBe('webgpu');
});

test('with progress between them, dead workers are survived without end', () => {
  const recovery = createRecovery('wasm');
  for (let i = 0; i < 10; i++) {
    expect(recovery.survives(dead)).toBe(true);
    recovery.progressed();
  }
});

test('a failure that will not pass is not tried again', () => {
  const missing = new LonghandError('speech/model-missing', { model: 'a', file: 'config.json' });
  expect(createRecovery('auto').survives(missing)).toBe(false);
});
