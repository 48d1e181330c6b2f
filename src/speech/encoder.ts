/**
 * Windows of samples to encoder output. In: chunks' samples. Out: `[windows, positions, hidden]` in main memory.
 * The windows go through the encoder one at a time: it is bound by arithmetic, so a batch would save nothing but hold
 * the attention of all windows at once; and ORT's int8 kernels scale by the largest value of a whole batch, so a
 * window's output would depend on its neighbours.
 */
import type { InferenceSession, Tensor } from 'onnxruntime-web';
import { yieldToEvents } from '../lib/abort';
import type { OnnxRuntime } from '../lib/onnx-runtime';
import { floatFormat, readFloats, TensorScope, type TensorLedger } from '../lib/tensor-scope';
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
  /**
   * Mel frames given to the encoder for each window, even; fewer than a full window only where the model is patched to
   * take them (`models/patch/audio-context`).
   */
  contextFrames: readonly number[];
  signal: AbortSignal;
  /** Told the seconds that each part of each window took. */
  onTime(stage: 'mel' | 'encoder', seconds: number): void;
}

/** Encoder output of some windows, side by side. */
export interface EncodedWindows {
  /** `[windows, longest, hidden]`, zeros behind the shorter ones. */
  states: Tensor;
  /** How many of the positions are each window's own. */
  positions: readonly number[];
}

/** The result belongs to `scope`. `windows` must not be empty. */
export async function runEncoder(
  model: EncoderModel,
  windows: readonly Float32Array[],
  { contextFrames, signal, onTime }: EncoderOptions,
  scope: TensorScope,
): Promise<EncodedWindows> {
  const { melBins } = model.logMel;
  // The second convolution halves the number of frames.
  const positions = contextFrames.map((frames) => frames / 2);
  const longest = Math.max(...positions);
  const states = new Float32Array(windows.length * longest * model.hiddenSize);
  for (const [i, samples] of windows.entries()) {
    const frames = contextFrames[i]!;
    const begin = performance.now();
    const mel = model.melBuffer.subarray(0, melBins * frames);
    model.logMel.compute(samples, frames, mel);
    const melEnd = performance.now();
    onTime('mel', (melEnd - begin) / 1000);
    using step = new TensorScope(model.ort, model.ledger);
    const format = floatFormat(model.session, 'input_features');
    const features = step.floats(format, mel, [1, melBins, frames]);
    const outputs = await step.run(model.session, { input_features: features }, ['last_hidden_state']);
    states.set(readFloats(outputs.last_hidden_state), i * longest * model.hiddenSize);
    onTime('encoder', (performance.now() - melEnd) / 1000);
    await yieldToEvents();
    signal.throwIfAborted();
  }
  return { states: scope.tensor('float32', states, [windows.length, longest, model.hiddenSize]), positions };
}

/** Some windows of the same length, without what is behind them. It belongs to `scope`. */
export function takeWindows(
  { states, positions }: EncodedWindows,
  rows: readonly number[],
  scope: TensorScope,
): Tensor {
  const [, longest = 0, hidden = 0] = states.dims;
  const own = positions[rows[0]!]!;
  const from = states.data as Float32Array;
  const taken = new Float32Array(rows.length * own * hidden);
  rows.forEach((row, i) => {
    const start = row * longest * hidden;
    taken.set(from.subarray(start, start + own * hidden), i * own * hidden);
  });
  return scope.tensor('float32', taken, [rows.length, own, hidden]);
}
