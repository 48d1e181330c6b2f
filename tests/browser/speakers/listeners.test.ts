/** Both methods in their worker: what they hold when they end, and the full one with models from the model server. */
import * as Comlink from 'comlink';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { DEFAULT_SETTINGS } from '../../../src/jobs/job-settings';
import { hearVoices } from '../../../src/jobs/speakers/hear-voices';
import { listenerModels } from '../../../src/jobs/speakers/listener-models';
import { createSpeakerCrew, type SpeakerCrew } from '../../../src/jobs/speakers/speaker-crew';
import { createGovernor } from '../../../src/memory/meter';
import { runModelDownload } from '../../../src/models/download-model';
import { openPieceStore } from '../../../src/models/piece-store';
import { SPEAKER_MODELS } from '../../../src/models/speaker-models';
import { BEGINNING } from '../../../src/protocol/checkpoint';
import { spawn } from '../../../src/spawn';
import { openTestHost } from '../models/model-host';
import { twoVoices } from './two-voices';

const { signal } = new AbortController();
const store = openPieceStore();
let crew: SpeakerCrew;

beforeAll(async () => {
  const hosts = [openTestHost().url];
  for (const { id } of SPEAKER_MODELS) {
    const download = { id, revision: 'main', backend: 'wasm' as const, hosts };
    const model = await runModelDownload(download, store, () => undefined, { signal });
    expect(model).toMatchObject({ state: 'verified', files: [{ path: 'onnx/model.onnx' }] });
  }
  crew = createSpeakerCrew(spawn);
});
afterAll(async () => {
  for (const { id } of SPEAKER_MODELS) await store.removeModel(id);
});
afterEach(() => crew.end());

const governorOf = (pressure: Parameters<typeof createGovernor>[0]['pressure'] = []) =>
  createGovernor({ deviceGibibytes: 8, limitMegabytes: null, jsHeapBytes: () => null, pressure });

test.each(['simple', 'full'] as const)('%s: no tensor is left at the end', async (method) => {
  const { file } = await twoVoices();
  const [media, speakers] = await Promise.all([crew.media(), crew.speakers()]);
  const { port1, port2 } = new MessageChannel();
  const options = { from: BEGINNING, voiceActivity: true };
  const audio = await media.remote.openAudio(
    { kind: 'file', file },
    options,
    Comlink.transfer(port1, [port1]),
    signal,
  );
  const listener = await speakers.remote.openListener(
    listenerModels(method),
    Comlink.transfer(port2, [port2]),
    signal,
  );
  for (let ended = false; !ended;) {
    const heard = await listener.next();
    expect(heard.liveTensors).toBe(0);
    ended = heard.ended;
  }
  const voices = await listener.voices();
  expect(voices.method).toBe(method);
  expect(voices.dimensions).toBe(method === 'simple' ? 128 : 256);
  expect(voices.owners.length).toBeGreaterThan(5);
  expect(voices.tree.leaves.length * voices.dimensions).toBe(voices.embeddings.length);
  expect(await listener.close()).toEqual({ liveTensors: 0 });
  await audio.close();
});

test('full becomes simple when memory runs short', async () => {
  const { file } = await twoVoices();
  const input = {
    source: { kind: 'file', file } as const,
    heard: DEFAULT_SETTINGS.heard,
    models: listenerModels('full'),
  };
  const governor = governorOf();
  const options = { crew, governor, signal, onHeard: () => undefined };
  expect((await hearVoices(input, options)).method).toBe('full');
  // Down the ladder while it listens.
  const onHeard = () => {
    while (governor.allowance.speakerLabels === 'full') governor.fail('speech/out-of-memory');
  };
  expect((await hearVoices(input, { ...options, onHeard })).method).toBe('simple');
});

test('full without its models says so', async () => {
  const { file } = await twoVoices();
  const models = { method: 'full', segmentation: 'stored:no/such', embedding: 'stored:no/such' } as const;
  const input = { source: { kind: 'file', file } as const, heard: DEFAULT_SETTINGS.heard, models };
  const options = { crew, governor: governorOf(), signal, onHeard: () => undefined };
  await expect(hearVoices(input, options)).rejects.toMatchObject({ code: 'models/absent' });
});
