/**
 * Windows of samples to encoder output. In: chunks' samples. Out: `[windows, positions, hidden]` in main memory.
 * The windows go through the encoder one at a time: it is bound by arithmetic, so a batch would save nothing but hold
 * the attention of all windows at once; and ORT's int8 kernels scale by the largest value of a whole batch, so a
 * window's output would depend on its neighbours.
 */
import type { InferenceSession, Tensor } from 'onnxruntime-web';
import { yieldToEvents } from '../lib/abort';
import type { OnnxRuntime } from '../lib/onnx-runtime';
import { TensorScope, type TensorLedger } from '../lib/tensor-scope';
import type { LogMel } from './log-mel';

export interface EncoderModel {
  ort: OnnxRuntime;
  session: InferenceSession;
  ledger: TensorLedger;
  logMel: LogMel;
  /** `[melBins, windowFrames]`, allocated once and used for every window. */
  melBuffer: Float32Array;
  hiddenSize: number;
}

export interface EncoderOptions {
  /** Mel frames given to the encoder, even; fewer than a full window only where the model is patched to take them. */
  contextFrames: number;
  signal: AbortSignal;
  /** Told the seconds that each part of each window took. */
  onTime(stage: 'mel' | 'encoder', seconds: number): void;
}

/** The result belongs to `scope`. `windows` must not be empty. */
export async function runEncoder(
  model: EncoderModel,
  windows: readonly Float32Array[],
  { contextFrames, signal, onTime }: EncoderOptions,
  scope: TensorScope,
): Promise<Tensor> {
  const { melBins } = model.logMel;
  const mel = model.melBuffer.subarray(0, melBins * contextFrames);
  // The second convolution halves the number of frames.
  const positions = contextFrames / 2;
  const size = positions * model.hiddenSize;
  const states = new Float32Array(windows.length * size);
  for (const [i, samples] of windows.entries()) {
    const begin = performance.now();
    model.logMel.compute(samples, contextFrames, mel);
    const melEnd = performance.now();
    onTime('mel', (melEnd - begin) / 1000);
    using step = new TensorScope(model.ort, model.ledger);
    const features = step.tensor('float32', mel, [1, melBins, contextFrames]);
    const outputs = await step.run(model.session, { input_features: features }, ['last_hidden_state']);
    states.set(outputs.last_hidden_state.data as Float32Array, i * size);
    onTime('encoder', (performance.now() - melEnd) / 1000);
    await yieldToEvents();
    signal.throwIfAborted();
  }
  return scope.tensor('float32', states, [windows.length, positions, model.hiddenSize]);
}
