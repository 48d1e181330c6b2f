import { beforeEach, expect, test } from 'vitest';
import type { JobRecord } from '../../src/transcript/job-record';
import { openTranscriptStore, type TranscriptStore } from '../../src/transcript/store';

const job = (id: string, createdAt: number): JobRecord => ({
  id,
  name: `${id}.wav`,
  sizeBytes: 10,
  createdAt,
  model: 'models/embedded/',
  backend: 'wasm',
  format: null,
  language: null,
  durationSeconds: 60,
  checkpointSeconds: 0,
  lastText: null,
  batches: 0,
  outcome: { kind: 'unfinished' },
});
const segment = (startSeconds: number) => ({
  startSeconds,
  endSeconds: startSeconds + 1,
  text: `at ${startSeconds}`,
  noSpeechProbability: 0,
  averageLogProbability: -1,
  chunkIndex: startSeconds,
});

let store: TranscriptStore;
beforeEach(() => {
  store = openTranscriptStore(`test-${crypto.randomUUID()}`);
});

test('batches come back in order, with the checkpoint of the last one', async () => {
  await store.create(job('a', 1));
  for (let second = 0; second < 12; second++) {
    await store.append('a', { segments: [segment(second)], gaps: [] }, { checkpointSeconds: second + 1 });
  }
  const text = await store.load('a');
  expect(text.segments.map((s) => s.startSeconds)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  expect((await store.list())[0]).toMatchObject({ id: 'a', checkpointSeconds: 12, batches: 12 });
});

test('jobs are listed newest first, and removing one leaves the others whole', async () => {
  await store.create(job('old', 1));
  await store.create(job('new', 2));
  await store.append('old', { segments: [segment(0)], gaps: [] }, { checkpointSeconds: 1 });
  await store.append('new', { segments: [segment(5)], gaps: [] }, { checkpointSeconds: 6 });
  expect((await store.list()).map((record) => record.id)).toEqual(['new', 'old']);
  await store.remove('new');
  expect((await store.list()).map((record) => record.id)).toEqual(['old']);
  expect((await store.load('new')).segments).toEqual([]);
  expect((await store.load('old')).segments).toHaveLength(1);
});

test('text for a job that is not there is refused, and nothing of it is left', async () => {
  const text = { segments: [segment(0)], gaps: [] };
  await expect(store.append('ghost', text, {})).rejects.toMatchObject({ code: 'store/unavailable' });
  expect((await store.load('ghost')).segments).toEqual([]);
});
