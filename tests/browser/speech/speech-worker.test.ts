import * as Comlink from 'comlink';
import { expect, test } from 'vitest';
import { serveChunks } from '../../../src/protocol/chunk-port';
import { BEGINNING } from '../../../src/protocol/checkpoint';
import { connect } from '../../../src/protocol/connect';
import type { SpeechWorker } from '../../../src/protocol/speech';
import jfkUrl from '../../fixtures/jfk.wav?url';
import { readWav } from '../../fixtures/wav';
import { readerOf } from './chunk-reader';

const model = { url: new URL('/models/embedded/', location.href).href };
const options = { backend: 'wasm', threads: 2, language: null, from: BEGINNING } as const;
const budget = { batch: 1, chunkSeconds: 30, prefetch: true, context: 'full' } as const;
const { signal } = new AbortController();

function chunkPort(clips: Float32Array<ArrayBuffer>[]): MessagePort {
  const { port1, port2 } = new MessageChannel();
  serveChunks(port1, readerOf(clips));
  return Comlink.transfer(port2, [port2]);
}

test('the worker pulls chunks over a port, gives text, and keeps the model for the next job', async () => {
  const worker = new Worker(new URL('../../../workers/speech.ts', import.meta.url), { type: 'module' });
  const { remote, close } = await connect<SpeechWorker>(worker, 'speech');
  try {
    const samples = readWav(new Uint8Array(await (await fetch(jfkUrl)).arrayBuffer()));
    const first = await remote.openRecognizer(model, options, chunkPort([samples]), signal);
    const result = await first.next(budget);
    const reference = (await (await fetch('/models/embedded/reference.json')).json()) as Record<
      string,
      string
    >;
    expect(result.segments.map((segment) => segment.text).join(' ')).toBe(reference['jfk.wav']);
    expect(result.ended).toBe(true);
    const description = await first.describe();
    expect(await first.close()).toEqual({ liveTensors: 0 });

    const second = await remote.openRecognizer(model, options, chunkPort([]), signal);
    expect(await second.describe()).toEqual(description);
    expect(await second.next(budget)).toMatchObject({ segments: [], ended: true });
    expect(await second.close()).toEqual({ liveTensors: 0 });

    const unknown = remote.openRecognizer({ url: `${model.url}nothing/` }, options, chunkPort([]), signal);
    await expect(unknown).rejects.toMatchObject({
      code: 'speech/model-missing',
      values: { model: 'nothing' },
    });
  } finally {
    close();
  }
});
