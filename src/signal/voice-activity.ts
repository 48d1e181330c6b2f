/**
 * Voice activity, by Silero v6. In: 16 kHz mono audio in pieces of any length. Out: for every 32 ms frame the
 * probability that someone speaks. The weights ship in `@ricky0123/vad-web`; `silero-graph` makes them run on all
 * frames of a piece at once.
 */
import modelUrl from '@ricky0123/vad-web/dist/silero_vad_v6.onnx?url';
import type { InferenceSession } from 'onnxruntime-web';
import { loadWasmRuntime, type OnnxRuntime } from '../lib/onnx-runtime';
import { TensorLedger, TensorScope } from '../lib/tensor-scope';
import type { VoiceMemory } from '../protocol/checkpoint';
import { foldWindow, WINDOW_SAMPLES } from './folded-window';
import { batchSilero, STATE_SIZE, WINDOWS } from './silero-graph';

/** What the model was trained on: 512 samples, seen with the 64 before them and, mirrored, the 64 last of them. */
export const FRAME_SAMPLES = 512;
const CONTEXT_SAMPLES = 64;
const PADDED_SAMPLES = CONTEXT_SAMPLES + FRAME_SAMPLES + 64;
const WINDOW_STEP = 128;
/** Two seconds a run: larger runs save no time. */
const MOST_FRAMES = 64;

/** What the network knows of the past. */
export type NetworkMemory = Pick<VoiceMemory, 'hidden' | 'cell' | 'context'>;

export interface VoiceActivity {
  /** Probabilities of the frames that `samples` completes; a started frame waits inside. */
  push(samples: Float32Array): Promise<Float32Array>;
  /** Forgets everything heard: what follows is another place of the recording, remembered from an earlier run or not. */
  reset(memory?: NetworkMemory): void;
  /** After the last whole frame; a started one is not part of it. */
  memory(): NetworkMemory;
  close(): Promise<void>;
}

export async function openVoiceActivity(): Promise<VoiceActivity> {
  const ort = await loadWasmRuntime(1);
  const response = await fetch(modelUrl);
  const { model, windowShape } = batchSilero(new Uint8Array(await response.arrayBuffer()));
  const session = await ort.InferenceSession.create(model, { executionProviders: ['wasm'] });
  return new Silero(ort, session, windowShape);
}

class Silero implements VoiceActivity {
  #ledger = new TensorLedger();
  /** Context, the frame being filled, and room for its mirrored end. */
  #padded = new Float32Array(PADDED_SAMPLES);
  #filled = CONTEXT_SAMPLES;
  /** `[frames, 4, 256]`, folded. */
  #windows = new Float32Array(MOST_FRAMES * WINDOWS * WINDOW_SAMPLES);
  #frames = 0;
  #hidden = new Float32Array(STATE_SIZE);
  #cell = new Float32Array(STATE_SIZE);

  constructor(
    readonly ort: OnnxRuntime,
    readonly session: InferenceSession,
    readonly windowShape: Float32Array,
  ) {}

  async push(samples: Float32Array): Promise<Float32Array> {
    const count = Math.floor((this.#filled - CONTEXT_SAMPLES + samples.length) / FRAME_SAMPLES);
    const probabilities = new Float32Array(count);
    let done = 0;
    for (let at = 0; at < samples.length;) {
      const piece = samples.subarray(at, at + CONTEXT_SAMPLES + FRAME_SAMPLES - this.#filled);
      this.#padded.set(piece, this.#filled);
      this.#filled += piece.length;
      at += piece.length;
      if (this.#filled < CONTEXT_SAMPLES + FRAME_SAMPLES) break;
      this.#addFrame();
      if (this.#frames < MOST_FRAMES && done + this.#frames < count) continue;
      done += await this.#run(probabilities.subarray(done));
    }
    return probabilities;
  }

  reset(memory?: NetworkMemory): void {
    this.#padded.fill(0);
    this.#filled = CONTEXT_SAMPLES;
    this.#hidden.fill(0);
    this.#cell.fill(0);
    if (!memory) return;
    this.#padded.set(memory.context);
    this.#hidden.set(memory.hidden);
    this.#cell.set(memory.cell);
  }

  memory(): NetworkMemory {
    return {
      hidden: [...this.#hidden],
      cell: [...this.#cell],
      context: [...this.#padded.subarray(0, CONTEXT_SAMPLES)],
    };
  }

  async close(): Promise<void> {
    await this.session.release();
  }

  /** Folds the four overlapping windows of the full frame, and begins the next one. */
  #addFrame(): void {
    const end = CONTEXT_SAMPLES + FRAME_SAMPLES;
    for (let index = end; index < PADDED_SAMPLES; index++)
      this.#padded[index] = this.#padded[2 * (end - 1) - index]!;
    for (let window = 0; window < WINDOWS; window++) {
      const target = (this.#frames * WINDOWS + window) * WINDOW_SAMPLES;
      foldWindow(this.#padded, window * WINDOW_STEP, this.windowShape, this.#windows, target);
    }
    this.#padded.copyWithin(0, end - CONTEXT_SAMPLES, end);
    this.#filled = CONTEXT_SAMPLES;
    this.#frames++;
  }

  /** Runs the frames laid out and writes their probabilities. Returns how many. */
  async #run(target: Float32Array): Promise<number> {
    const frames = this.#frames;
    this.#frames = 0;
    using scope = new TensorScope(this.ort, this.#ledger);
    const windows = this.#windows.subarray(0, frames * WINDOWS * WINDOW_SAMPLES);
    const feeds = {
      windows: scope.tensor('float32', windows, [frames, WINDOWS, WINDOW_SAMPLES]),
      hidden: scope.tensor('float32', this.#hidden, [1, 1, STATE_SIZE]),
      cell: scope.tensor('float32', this.#cell, [1, 1, STATE_SIZE]),
    };
    const outputs = await scope.run(this.session, feeds, ['probabilities', 'hidden_next', 'cell_next']);
    target.set(outputs.probabilities.data as Float32Array);
    this.#hidden.set(outputs.hidden_next.data as Float32Array);
    this.#cell.set(outputs.cell_next.data as Float32Array);
    return frames;
  }
}
