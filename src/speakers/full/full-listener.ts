/**
 * The method with published models: pyannote's segmentation says who of three is heard in each ten seconds, and a
 * speaker embedding (WeSpeaker, CAM++) who of the whole recording that is. In: chunks. Out: their voices, one for each
 * person of a window. Overlapping speech is told; embeddings are made where a person is heard alone, if possible.
 */
import type { InferenceSession } from 'onnxruntime-web';
import { LonghandError } from '../../lib/errors';
import { loadWasmRuntime, wasmThreads, type OnnxRuntime } from '../../lib/onnx-runtime';
import { floatFormat, readFloats, TensorLedger, TensorScope } from '../../lib/tensor-scope';
import type { TimeRange } from '../../lib/time-ranges';
import { secondsToSamples } from '../../lib/units';
import type { Chunk } from '../../signal/chunk';
import { fbankFrames, FilterBank, MEL_BANDS, secondsToFrames } from '../fbank';
import type { VoiceListener } from '../listener';
import { VoiceStore } from '../voice-store';
import type { Voices } from '../voices';
import { alone, decodePowerset, LOCAL_SPEAKERS, POWERSET_CLASSES, stretchesOf } from './powerset';
import { segmentWindows, WINDOW_SECONDS, within } from './segment-windows';

/** A person who is heard alone for less is embedded from everything that is heard of them. */
const ENOUGH_FRAMES = 50;
/** The models' pooling needs some length; fewer frames are said again. */
const FEWEST_FRAMES = 40;
const SHORTEST_SECONDS = 0.5;

export interface FullModels {
  segmentation: Uint8Array;
  embedding: Uint8Array;
}

/** Throws `speech/model-invalid` for graphs of another shape. */
export async function openFullListener(models: FullModels): Promise<VoiceListener> {
  const ort = await loadWasmRuntime(wasmThreads(0));
  const segmentation = await openSession(ort, 'segmentation', models.segmentation);
  try {
    return new FullListener(ort, segmentation, await openSession(ort, 'embedding', models.embedding));
  } catch (error) {
    await segmentation.release();
    throw error;
  }
}

async function openSession(ort: OnnxRuntime, what: string, bytes: Uint8Array): Promise<InferenceSession> {
  try {
    return await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'] });
  } catch (cause) {
    throw new LonghandError('speech/model-invalid', { model: what, detail: String(cause) }, { cause });
  }
}

class FullListener implements VoiceListener {
  #ledger = new TensorLedger();
  #fbank = new FilterBank();
  /** How long an embedding is shows with the first one. */
  #store: VoiceStore | null = null;
  #speech: TimeRange[] = [];
  #windows = 0;

  constructor(
    readonly ort: OnnxRuntime,
    readonly segmentation: InferenceSession,
    readonly embedding: InferenceSession,
  ) {}

  async hear(chunk: Chunk): Promise<void> {
    this.#speech.push(...chunk.speech);
    const features = this.#fbank.compute(chunk.samples);
    for (const { startSeconds, core } of segmentWindows(chunk)) {
      const heard = decodePowerset(await this.#segment(chunk, startSeconds));
      const window = this.#windows++;
      for (let voice = 0; voice < LOCAL_SPEAKERS; voice++) {
        const stretches = within(
          inRecording(stretchesOf(heard[voice]!, WINDOW_SECONDS), startSeconds),
          chunk,
        );
        if (stretches.length === 0) continue;
        const own = within(
          inRecording(stretchesOf(alone(heard, voice), WINDOW_SECONDS), startSeconds),
          chunk,
        );
        const rows = [own, stretches].map((ranges) => rowsOf(features, chunk, ranges));
        const enough = rows[0]!.length >= ENOUGH_FRAMES * MEL_BANDS ? rows[0]! : rows[1]!;
        if (enough.length === 0) continue;
        const embedding = await this.#embed(atLeast(enough, FEWEST_FRAMES * MEL_BANDS));
        this.#store ??= new VoiceStore('full', embedding.length, SHORTEST_SECONDS);
        this.#store.addVoice(embedding, within(stretches, core), window);
      }
    }
  }

  /** `[frames, 7]` of one window. */
  async #segment(chunk: Chunk, startSeconds: number): Promise<Float32Array> {
    using scope = new TensorScope(this.ort, this.#ledger);
    const first = secondsToSamples(startSeconds - chunk.startSeconds);
    const samples = new Float32Array(secondsToSamples(WINDOW_SECONDS));
    samples.set(chunk.samples.subarray(first, first + samples.length));
    const [input, output] = [this.segmentation.inputNames[0]!, this.segmentation.outputNames[0]!];
    const feeds = {
      [input]: scope.floats(floatFormat(this.segmentation, input), samples, [1, 1, samples.length]),
    };
    const found = await scope.run(this.segmentation, feeds, [output]);
    const scores = found[output]!;
    if (scores.dims.at(-1) !== POWERSET_CLASSES)
      throw new LonghandError('speech/model-invalid', {
        model: 'segmentation',
        detail: `gives ${scores.dims.join(' × ')}, not ${POWERSET_CLASSES} classes a frame`,
      });
    return readFloats(scores).slice();
  }

  /** `rows` `[frames, 80]`, whose own mean is taken away: what the models were trained on. */
  async #embed(rows: Float32Array): Promise<Float32Array> {
    using scope = new TensorScope(this.ort, this.#ledger);
    const frames = rows.length / MEL_BANDS;
    withoutMean(rows);
    const [input, output] = [this.embedding.inputNames[0]!, this.embedding.outputNames[0]!];
    const feeds = { [input]: scope.floats(floatFormat(this.embedding, input), rows, [1, frames, MEL_BANDS]) };
    const found = await scope.run(this.embedding, feeds, [output]);
    return readFloats(found[output]!).slice();
  }

  voices(): Voices {
    const store = this.#store ?? new VoiceStore('full', 1, SHORTEST_SECONDS);
    store.addSpeech(this.#speech.splice(0));
    return store.voices();
  }

  get live() {
    return this.#ledger.count;
  }

  async close(): Promise<void> {
    await Promise.all([this.segmentation.release(), this.embedding.release()]);
  }
}

const inRecording = (stretches: readonly TimeRange[], offset: number): TimeRange[] =>
  stretches.map(({ startSeconds, endSeconds }) => ({
    startSeconds: startSeconds + offset,
    endSeconds: endSeconds + offset,
  }));

/** Filter-bank frames of some stretches of a chunk, one after the other. */
function rowsOf(features: Float32Array, chunk: Chunk, stretches: readonly TimeRange[]): Float32Array {
  const frames = fbankFrames(chunk.samples.length);
  const at = (seconds: number) => Math.min(frames, secondsToFrames(seconds - chunk.startSeconds)) * MEL_BANDS;
  const pieces = stretches.map((range) => features.subarray(at(range.startSeconds), at(range.endSeconds)));
  const rows = new Float32Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let length = 0;
  for (const piece of pieces) {
    rows.set(piece, length);
    length += piece.length;
  }
  return rows;
}

/** Said again until there is enough of it. */
function atLeast(rows: Float32Array, length: number): Float32Array {
  if (rows.length >= length) return rows;
  const repeated = new Float32Array(length);
  for (let i = 0; i < length; i++) repeated[i] = rows[i % rows.length]!;
  return repeated;
}

function withoutMean(rows: Float32Array): void {
  const frames = rows.length / MEL_BANDS;
  for (let band = 0; band < MEL_BANDS; band++) {
    let sum = 0;
    for (let i = band; i < rows.length; i += MEL_BANDS) sum += rows[i]!;
    for (let i = band; i < rows.length; i += MEL_BANDS) rows[i]! -= sum / frames;
  }
}
