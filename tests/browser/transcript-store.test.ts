import { beforeEach, expect, test } from 'vitest';
import { reopenSource } from '../../src/jobs/source-record';
import { BEGINNING } from '../../src/protocol/checkpoint';
import type { JobRecord } from '../../src/transcript/job-record';
import { openTranscriptStore, type TranscriptStore } from '../../src/transcript/store';

const job = (id: string, createdAt: number): JobRecord => ({
  id,
  name: `${id}.wav`,
  source: { kind: 'chosen', name: `${id}.wav`, sizeBytes: 10 },
  settings: {},
  createdAt,
  model: 'models/embedded/',
  backend: 'wasm',
  format: null,
  language: null,
  durationSeconds: 60,
  checkpoint: BEGINNING,
  workedSeconds: 0,
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
  await store.create([job('a', 1)]);
  for (let second = 0; second < 12; second++) {
    await store.append(
      'a',
      { segments: [segment(second)], gaps: [], speech: [{ startSeconds: second, endSeconds: second + 0.5 }] },
      { checkpoint: { ...BEGINNING, seconds: second + 1 } },
    );
  }
  const text = await store.load('a');
  expect(text.segments.map((s) => s.startSeconds)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  expect(text.speech).toHaveLength(12);
  expect(text.speech[3]).toEqual({ startSeconds: 3, endSeconds: 3.5 });
  expect((await store.list())[0]).toMatchObject({ id: 'a', checkpoint: { seconds: 12 }, batches: 12 });
});

test('jobs are listed newest first, and removing one leaves the others whole', async () => {
  await store.create([job('old', 1)]);
  await store.create([job('new', 2)]);
  await store.append('old', { segments: [segment(0)], gaps: [] }, { lastText: 'one' });
  await store.append('new', { segments: [segment(5)], gaps: [] }, { lastText: 'six' });
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

test('what a stage made is kept apart from the text, replaced when it runs again, and goes with its job', async () => {
  await store.create([job('a', 1)]);
  await store.append('a', { segments: [segment(0)], gaps: [] }, {});
  expect(await store.loadStage('a', 'speakers')).toBeNull();
  const failed = { kind: 'failed', code: 'worker/dead', values: { worker: 'speakers' } } as const;
  await store.storeStage('a', 'speakers', failed);
  await store.storeStage('a', 'captions', { kind: 'done', value: ['en'] });
  expect(await store.loadStage('a', 'speakers')).toEqual(failed);
  expect((await store.load('a')).segments).toHaveLength(1);
  await store.storeStage('a', 'speakers', { kind: 'done', value: 2 });
  expect(await store.loadStage('a', 'speakers')).toEqual({ kind: 'done', value: 2 });

  await store.clear('a', { outcome: { kind: 'unfinished' } });
  expect((await store.load('a')).segments).toEqual([]);
  expect(await store.find('a')).toMatchObject({ batches: 0, outcome: { kind: 'unfinished' } });
  expect(await store.loadStage('a', 'captions')).toEqual({ kind: 'done', value: ['en'] });
  await store.remove('a');
  expect(await store.loadStage('a', 'captions')).toBeNull();
  await expect(store.storeStage('a', 'captions', { kind: 'done', value: [] })).rejects.toMatchObject({
    code: 'store/unavailable',
  });
});

test('a handle is kept and read again after its database was opened anew', async () => {
  const name = `test-${crypto.randomUUID()}`;
  const folder = await navigator.storage.getDirectory();
  const handle = await folder.getFileHandle('kept.wav', { create: true });
  const record = { ...job('a', 1), source: { kind: 'handle', handle, name: 'kept.wav' } as const };
  await openTranscriptStore(name).create([record]);
  const found = await openTranscriptStore(name).find('a');
  expect(found?.source.kind).toBe('handle');
  const source = await reopenSource(found!.source);
  expect(source).toMatchObject({ kind: 'file', file: { name: 'kept.wav' } });
  await folder.removeEntry('kept.wav');
  await expect(reopenSource(found!.source)).rejects.toMatchObject({ code: 'media/not-found' });
});
