/** The model list in rows and words. */
import { expect, test } from 'vitest';
import { CATALOG } from '../../src/models/catalog';
import { storedModelUrl } from '../../src/models/model-address';
import { decoderPath, encoderPath, REQUIRED_FILES } from '../../src/models/model-layout';
import type { StoredModel } from '../../src/models/stored-model';
import type { Machine } from '../../src/models/tiers';
import { createFakeLibrary } from '../preview/fake-library';
import { aboutModel, modelTitle, progressWords, recommendationWords } from '../../src/ui/models/model-words';
import { parseHosts } from '../../src/ui/models/model-settings';
import { createRows, type RowSources } from '../../src/ui/models/rows';

const NOW = Date.UTC(2026, 10, 25, 12);
const BASE = 'onnx-community/whisper-base';
const TURBO = 'onnx-community/whisper-large-v3-turbo';

const machine: Machine = { cores: 4, memoryGigabytes: 8, gpu: false, threads: true, race: null };
const stored = (change: Partial<StoredModel>): StoredModel => ({
  id: BASE,
  origin: { kind: 'hub', revision: 'main', hosts: [] },
  files: [...REQUIRED_FILES, encoderPath('q8'), decoderPath('q8')].map((path) => ({
    path,
    sizeBytes: 1e7,
    sha256: null,
  })),
  addedAt: NOW,
  lastUsedAt: NOW,
  state: 'verified',
  storedBytes: 5e7,
  sizeBytes: 5e7,
  ...change,
});

function rowsOf(change: Partial<RowSources> = {}, models: StoredModel[] = []) {
  return createRows({
    library: createFakeLibrary({ stored: models }).view,
    machine,
    recommendedId: BASE,
    speeds: {},
    used: new Set(),
    limitBytes: () => 1e9,
    now: NOW,
    ...change,
  });
}
const find = (rows: ReturnType<typeof rowsOf>, id: string) =>
  [...rows.here, ...rows.toFetch, ...rows.toFetchWithWords].find((row) => row.id === id)!;

test('every model of the catalog is in one list, the embedded one always here', () => {
  const { here, toFetch, toFetchWithWords } = rowsOf({}, [stored({})]);
  expect(here.map(({ id }) => id)).toEqual(['embedded', BASE]);
  expect(here[0]).toMatchObject({ state: 'embedded', chosen: true, refused: null });
  expect(here.length + toFetch.length + toFetchWithWords.length).toBe(CATALOG.length);
});

test('per backend the numbers that really run there, and what they take', () => {
  const row = find(rowsOf(), BASE);
  expect(row.formats).toBe(
    'Processor: 8 bits, 77 MB. Graphics card: full precision, decoder 4 bits, 212 MB.',
  );
  expect(row).toMatchObject({ recommended: true, licence: 'MIT', variants: [{ backend: 'wasm' }] });
  const onCard = find(rowsOf({ machine: { ...machine, gpu: true } }), BASE);
  expect(onCard.variants.map(({ backend }) => backend)).toEqual(['webgpu', 'wasm']);
  expect(find(rowsOf({}, [stored({})]), BASE).formats).toBe('Processor: 8 bits.');
});

test('what this machine cannot run says why, and is shown all the same', () => {
  const turbo = find(rowsOf(), TURBO);
  expect(turbo.refused).toContain('needs a graphics card');
  expect(turbo.variants).toMatchObject([{ backend: 'webgpu' }]);
  const small = find(rowsOf({ limitBytes: () => 2e8 }), 'onnx-community/whisper-small');
  expect(small.refused).toBe('It needs about 321 MB of memory; the limit is 200 MB.');
  expect(find(rowsOf({ machine: { ...machine, gpu: true } }), TURBO).refused).toBeNull();
});

test('speed: measured where there was a recording, else estimated', () => {
  const address = storedModelUrl(BASE);
  const measured = find(rowsOf({ speeds: { [address]: { wasm: 9.43, webgpu: 14.2 } } }, [stored({})]), BASE);
  expect(measured.speed).toEqual({
    words: 'about 14 times real time',
    note: 'measured, on the graphics card; about 9 times real time on the processor',
  });
  expect(find(rowsOf(), BASE).speed?.note).toBe('estimated, on the processor');
});

test('in use, last used, how far', () => {
  const used = new Set([storedModelUrl(BASE)]);
  expect(find(rowsOf({ used }, [stored({})]), BASE).used).toBe(true);
  const idle = stored({ lastUsedAt: NOW - 40 * 24 * 3600 * 1000 });
  expect(find(rowsOf({}, [idle]), BASE).lastUsed).toContain('Not for a month');
  const half = stored({ state: 'partial', storedBytes: 1e7 });
  expect(find(rowsOf({}, [half]), BASE)).toMatchObject({ state: 'partial', share: 0.2, lastUsed: null });
});

test('words: titles, progress, the recommendation', () => {
  expect(modelTitle('onnx-community/whisper-base.en')).toBe('Base, English');
  expect(modelTitle('import/my-model')).toBe('my-model');
  expect(aboutModel('someone/else')).toContain('by its name on the hub');
  const step = {
    activity: 'downloading' as const,
    file: 'x',
    doneBytes: 154e6,
    sizeBytes: 252e6,
    waiting: null,
    bytesPerSecond: 6.2e6,
    secondsLeft: 15.8,
    model: null,
  };
  expect(progressWords(step)).toBe('Fetching: 154 MB of 252 MB, 6.2 MB a second, 16 s left.');
  const waiting = { host: 'https://hub.example', seconds: 8, answer: 'status 503' };
  expect(progressWords({ ...step, waiting })).toBe('hub.example answers: status 503. Asking again in 8 s.');
  const model = CATALOG.find(({ id }) => id === BASE)!;
  expect(recommendationWords({ model, backend: 'wasm', speedFactor: 6 })).toBe(
    'This machine: Base, about 6 times real time.',
  );
});

test('hosts: addresses of servers and nothing else', () => {
  expect(parseHosts(' https://a.example\nhttp://localhost:8787/ https://a.example')).toEqual([
    'https://a.example',
    'http://localhost:8787/',
  ]);
  for (const text of ['', 'a.example', 'ftp://a.example', 'https://a.example javascript:1']) {
    expect(parseHosts(text)).toBeNull();
  }
});
