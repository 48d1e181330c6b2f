import * as ort from 'onnxruntime-web/wasm';
import { expect, test } from 'vitest';
import { patchAudioContext } from '../../src/models/patch/audio-context';

async function encode(
  model: Uint8Array,
  frames: number,
): Promise<{ shape: readonly number[]; states: Float32Array }> {
  const session = await ort.InferenceSession.create(model, { executionProviders: ['wasm'] });
  const mel = Float32Array.from(
    { length: 80 * frames },
    (_, index) => Math.sin(index * 0.37) * Math.cos(index * 0.011),
  );
  const features = new ort.Tensor('float32', mel, [1, 80, frames]);
  const { last_hidden_state: output } = await session.run({ input_features: features });
  if (!output) throw new Error('no output');
  const result = { shape: output.dims, states: (output.data as Float32Array).slice() };
  features.dispose();
  output.dispose();
  await session.release();
  return result;
}

test.each(['encoder_model', 'encoder_model_quantized'])(
  '%s, patched, is the same at 30 s and takes 10 s',
  async (file) => {
    const response = await fetch(`/models/embedded/onnx/${file}.onnx`);
    const model = new Uint8Array(await response.arrayBuffer());
    const patched = patchAudioContext(model);
    if (!patched) throw new Error('the embedded encoder was not recognized');

    const whole = await encode(model, 3000);
    const same = await encode(patched, 3000);
    expect(same.shape).toEqual([1, 1500, 256]);
    expect(same.states).toEqual(whole.states);

    expect((await encode(patched, 1000)).shape).toEqual([1, 500, 256]);
    expect((await encode(patched, 999)).shape).toEqual([1, 500, 256]);
    await expect(encode(model, 1000)).rejects.toThrow();
  },
);
