import modelUrl from '@ricky0123/vad-web/dist/silero_vad_v6.onnx?url';
import { expect, it } from 'vitest';
import { loadWasmRuntime } from '../../src/lib/onnx-runtime';
import { openVoiceActivity } from '../../src/signal/voice-activity';
import { decodeFile } from './decoded';
import { jfk } from './fixture-files';

/** The model as it ships: one frame per run, seen with the 64 samples before it. */
async function runOneByOne(samples: Float32Array): Promise<Float32Array> {
  const ort = await loadWasmRuntime(1);
  const model = new Uint8Array(await (await fetch(modelUrl)).arrayBuffer());
  const session = await ort.InferenceSession.create(model, { executionProviders: ['wasm'] });
  const probabilities = new Float32Array(Math.floor(samples.length / 512));
  const input = new Float32Array(576);
  let state = new Float32Array(256);
  for (let frame = 0; frame < probabilities.length; frame++) {
    input.copyWithin(0, 512);
    input.set(samples.subarray(frame * 512, frame * 512 + 512), 64);
    const outputs = await session.run({
      input: new ort.Tensor('float32', input, [1, 576]),
      state: new ort.Tensor('float32', state, [2, 1, 128]),
      sr: new ort.Tensor('int64', BigInt64Array.of(16_000n), []),
    });
    probabilities[frame] = (outputs.output!.data as Float32Array)[0]!;
    state = Float32Array.from(outputs.stateN!.data as Float32Array);
  }
  await session.release();
  return probabilities;
}

it('gives the same probabilities in pieces of any length as the model that ships gives frame by frame', async () => {
  const { samples } = await decodeFile(await jfk());
  const expected = await runOneByOne(samples);
  const voiceActivity = await openVoiceActivity();
  const found: number[] = [];
  for (let at = 0, length = 1; at < samples.length; at += length, length = (length * 7 + 13) % 60_000)
    found.push(...(await voiceActivity.push(samples.subarray(at, at + length))));
  expect(found).toHaveLength(expected.length);
  const largestDifference = Math.max(...found.map((value, frame) => Math.abs(value - expected[frame]!)));
  expect(largestDifference).toBeLessThan(1e-4);
  voiceActivity.reset();
  expect((await voiceActivity.push(samples.subarray(0, 512)))[0]).toBeCloseTo(expected[0]!, 4);
  await voiceActivity.close();
});
