/**
 * Voice activity, by Silero v6. In: 16 kHz mono audio in pieces of any length. Out: for every 32 ms frame the
 * probability that someone speaks. The weights ship in `@ricky0123/vad-web`; they are run directly.
 */
import modelUrl from '@ricky0123/vad-web/dist/silero_vad_v6.onnx?url';
import type { InferenceSession, Tensor } from 'onnxruntime-web';
import { loadWasmRuntime, type OnnxRuntime } from '../lib/onnx-runtime';
import { TensorLedger, TensorScope } from '../lib/tensor-scope';

/** What the model was trained on: 512 samples, seen with the 64 before them. */
export const FRAME_SAMPLES = 512;
const CONTEXT_SAMPLES = 64;
const STATE_SIZE = 2 * 128;

export interface VoiceActivity {
  /** Probabilities of the frames that `samples` completes; a started frame waits inside. */
  push(samples: Float32Array): Promise<Float32Array>;
  /** Forgets everything heard: what follows is another place of the recording. */
  reset(): void;
  close(): Promise<void>;
}

export async function openVoiceActivity(): Promise<VoiceActivity> {
  const ort = await loadWasmRuntime(1);
  const response = await fetch(modelUrl);
  const session = await ort.InferenceSession.create(new Uint8Array(await response.arrayBuffer()), {
    executionProviders: ['wasm'],
  });
  return new Silero(ort, session);
}

class Silero implements VoiceActivity {
  #ledger = new TensorLedger();
  /** Context and frame, `[1, 576]`. */
  #input = new Float32Array(CONTEXT_SAMPLES + FRAME_SAMPLES);
  #filled = CONTEXT_SAMPLES;
  #state = new Float32Array(STATE_SIZE);
  #sampleRate = BigInt64Array.of(16_000n);

  constructor(
    readonly ort: OnnxRuntime,
    readonly session: InferenceSession,
  ) {}

  async push(samples: Float32Array): Promise<Float32Array> {
    const frames = Math.floor((this.#filled - CONTEXT_SAMPLES + samples.length) / FRAME_SAMPLES);
    const probabilities = new Float32Array(frames);
    for (let at = 0, frame = 0; at < samples.length;) {
      const piece = samples.subarray(at, at + this.#input.length - this.#filled);
      this.#input.set(piece, this.#filled);
      this.#filled += piece.length;
      at += piece.length;
      if (this.#filled < this.#input.length) break;
      probabilities[frame++] = await this.#run();
      this.#input.copyWithin(0, this.#input.length - CONTEXT_SAMPLES);
      this.#filled = CONTEXT_SAMPLES;
    }
    return probabilities;
  }

  reset(): void {
    this.#input.fill(0);
    this.#filled = CONTEXT_SAMPLES;
    this.#state.fill(0);
  }

  async close(): Promise<void> {
    await this.session.release();
  }

  async #run(): Promise<number> {
    using scope = new TensorScope(this.ort, this.#ledger);
    const feeds: Record<string, Tensor> = {
      input: scope.tensor('float32', this.#input, [1, this.#input.length]),
      state: scope.tensor('float32', this.#state, [2, 1, 128]),
      sr: scope.tensor('int64', this.#sampleRate, []),
    };
    const { output, stateN } = await scope.run(this.session, feeds, ['output', 'stateN']);
    this.#state.set(stateN.data as Float32Array);
    return (output.data as Float32Array)[0]!;
  }
}
