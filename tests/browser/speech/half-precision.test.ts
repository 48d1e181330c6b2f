/** Exports with float16 inputs, outputs and cache: decoded step by step, as such exports are, and as the float32 ones say. */
import { expect, test } from 'vitest';
import { createHttpModelFiles } from '../../../src/models/http-model-files';
import { graphPatches } from '../../../src/models/patch/graph-patches';
import { openSpeechModel } from '../../../src/speech/model';
import type { ModelFiles } from '../../../src/speech/model-files';
import { createRecognizer } from '../../../src/speech/recognizer';
import { withHalfEdges } from '../../fixtures/half-precision';
import jfkUrl from '../../fixtures/jfk.wav?url';
import { readWav } from '../../fixtures/wav';
import { readerOf } from './chunk-reader';

const { signal } = new AbortController();
const whole = createHttpModelFiles('/models/embedded/');
const half: ModelFiles = {
  name: 'half',
  async read(path, options) {
    const file = await whole.read(path, options);
    return file && path.endsWith('.onnx') ? withHalfEdges(file) : file;
  },
};
const stepByStep = { ...graphPatches, greedyLoop: () => null };

async function textsOf(files: ModelFiles, clips: Float32Array<ArrayBuffer>[]): Promise<string[]> {
  await using model = await openSpeechModel(files, {
    backend: 'wasm',
    threads: 2,
    patches: stepByStep,
    signal,
  });
  const recognizer = createRecognizer({ model, chunks: readerOf(clips), language: null, signal });
  const { segments, language } = await recognizer.next({
    batch: clips.length,
    chunkSeconds: 30,
    prefetch: false,
    context: 'short',
  });
  expect(language).toBe('en');
  expect(await recognizer.close()).toEqual({ liveTensors: 0 });
  return clips.map((_, index) =>
    segments
      .filter(({ chunkIndex }) => chunkIndex === index)
      .map(({ text }) => text)
      .join(' '),
  );
}

test('the same words, in a batch whose rows end one after the other, and no tensor left', async () => {
  const speech = readWav(new Uint8Array(await (await fetch(jfkUrl)).arrayBuffer()));
  const clips = [speech, speech.slice(0, 2.5 * 16_000)];
  const texts = await textsOf(half, clips);
  expect(texts).toEqual(await textsOf(whole, clips));
  expect(texts.every((text) => text.length > 0)).toBe(true);
});
