/** Text that cannot be trusted: what a model says of noise that passed for a moment of speech, and probabilities. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttpModelFiles } from '../../../src/models/http-model-files';
import { graphPatches } from '../../../src/models/patch/graph-patches';
import type { ChunkReader } from '../../../src/signal/chunk';
import { openSpeechModel, type SpeechModel } from '../../../src/speech/model';
import { createRecognizer } from '../../../src/speech/recognizer';
import { wordsOf } from '../../../src/transcript/words';
import jfkUrl from '../../fixtures/jfk.wav?url';
import { readWav } from '../../fixtures/wav';
import { readerOf } from './chunk-reader';

const { signal } = new AbortController();
let model: SpeechModel;
let speech: Float32Array<ArrayBuffer>;

beforeAll(async () => {
  const files = createHttpModelFiles('/models/embedded/');
  model = await openSpeechModel(files, { backend: 'wasm', threads: 2, patches: graphPatches, signal });
  speech = readWav(new Uint8Array(await (await fetch(jfkUrl)).arrayBuffer()));
});
afterAll(() => model[Symbol.asyncDispose]());

async function write(chunks: ChunkReader) {
  const recognizer = createRecognizer({ model, chunks, language: 'en', signal });
  const result = await recognizer.next({ batch: 1, chunkSeconds: 30, prefetch: false, context: 'full' });
  expect(await recognizer.close()).toEqual({ liveTensors: 0 });
  return result;
}

/** The whole clip, of which voice activity heard so much. */
function heardOnly(seconds: number): ChunkReader {
  const reader = readerOf([speech]);
  return {
    ...reader,
    async next(request) {
      const batch = await reader.next(request);
      const chunks = batch.chunks.map((chunk) => ({
        ...chunk,
        speech: [{ startSeconds: chunk.startSeconds, endSeconds: chunk.startSeconds + seconds }],
      }));
      return { ...batch, chunks };
    },
  };
}

test('a long text where hardly any speech was heard is left out, and named as a gap', async () => {
  const { segments, gaps } = await write(heardOnly(1.5));
  expect(segments).toEqual([]);
  expect(gaps).toMatchObject([{ reason: 'speech/no-text' }]);
});

test('the same text is kept where it was heard, with how sure the model was of each word', async () => {
  const { segments } = await write(heardOnly(11));
  const words = segments.flatMap(wordsOf);
  expect(words.length).toBeGreaterThan(10);
  const sure = words.map(({ probability }) => probability);
  expect(Math.min(...sure)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...sure)).toBeLessThanOrEqual(1);
  expect(new Set(sure).size).toBeGreaterThan(5);
});
