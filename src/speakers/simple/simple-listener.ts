/**
 * The method that is built in: one embedding for every window of speech, by a small network of our own
 * (tools/speaker-model). In: chunks. Out: their voices. The network is loaded when the first listener is opened.
 */
import modelUrl from './embedder.onnx?url';
import type { InferenceSession } from 'onnxruntime-web';
import { LonghandError } from '../../lib/errors';
import { loadWasmRuntime, type OnnxRuntime } from '../../lib/onnx-runtime';
import { TensorLedger, TensorScope } from '../../lib/tensor-scope';
import type { Chunk } from '../../signal/chunk';
import { fbankFrames, FilterBank, MEL_BANDS, secondsToFrames } from '../fbank';
import type { VoiceListener } from '../listener';
import { VoiceStore } from '../voice-store';
import type { Voices } from '../voices';
import { speechWindows } from './speech-windows';

const DIMENSIONS = 128;
const SHORTEST_SECONDS = 1;
/** The network needs a few frames to make anything of. */
const FEWEST_FRAMES = 10;

export async function openSimpleListener(): Promise<VoiceListener> {
  const ort = await loadWasmRuntime(1);
  const response = await fetch(modelUrl);
  if (!response.ok) throw new LonghandError('speech/model-missing', { model: 'speakers', file: modelUrl });
  const bytes = new Uint8Array(await response.arrayBuffer());
  const session = await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'] });
  return new SimpleListener(ort, session);
}

class SimpleListener implements VoiceListener {
  #ledger = new TensorLedger();
  #fbank = new FilterBank();
  #store = new VoiceStore('simple', DIMENSIONS, SHORTEST_SECONDS);

  constructor(
    readonly ort: OnnxRuntime,
    readonly session: InferenceSession,
  ) {}

  async hear(chunk: Chunk): Promise<void> {
    const features = this.#fbank.compute(chunk.samples);
    const frames = fbankFrames(chunk.samples.length);
    this.#store.addSpeech(chunk.speech);
    const windows = speechWindows(chunk, chunk.speech).map((window) => {
      const length = Math.min(secondsToFrames(window.endSeconds - window.startSeconds), frames);
      const first = secondsToFrames(window.startSeconds - chunk.startSeconds);
      return { window, length, first: Math.max(0, Math.min(first, frames - length)) };
    });
    // Windows of one length are one run; nearly all are.
    const lengths = new Set(windows.map(({ length }) => length).filter((length) => length >= FEWEST_FRAMES));
    const embeddings = new Map<(typeof windows)[number], Float32Array>();
    for (const length of lengths) {
      const alike = windows.filter((each) => each.length === length);
      const found = await this.#embed(
        alike.map(({ first }) => features.subarray(first * MEL_BANDS, (first + length) * MEL_BANDS)),
        length,
      );
      alike.forEach((each, i) => embeddings.set(each, found[i]!));
    }
    for (const each of windows) {
      const embedding = embeddings.get(each);
      if (embedding) this.#store.addVoice(embedding, [each.window]);
    }
  }

  async #embed(windows: readonly Float32Array[], frames: number): Promise<Float32Array[]> {
    using scope = new TensorScope(this.ort, this.#ledger);
    const values = new Float32Array(windows.length * frames * MEL_BANDS);
    windows.forEach((window, i) => values.set(window, i * frames * MEL_BANDS));
    const features = scope.tensor('float32', values, [windows.length, frames, MEL_BANDS]);
    const { embeddings } = await scope.run(this.session, { features }, ['embeddings']);
    const all = embeddings.data as Float32Array;
    return windows.map((_, i) => all.slice(i * DIMENSIONS, (i + 1) * DIMENSIONS));
  }

  voices(): Voices {
    return this.#store.voices();
  }

  get live() {
    return this.#ledger.count;
  }

  async close(): Promise<void> {
    await this.session.release();
  }
}
