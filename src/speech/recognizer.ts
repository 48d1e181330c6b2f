/**
 * The recognizer: pulls chunks, gives text. In: a model, a reader of chunks, a budget per call. Out: batches of
 * segments with everything the job must store. All chunks of a batch are decoded together; nothing of a batch is
 * kept after it.
 */
import { LonghandError } from '../lib/errors';
import { wasmHeapBytes } from '../lib/onnx-runtime';
import { TensorScope } from '../lib/tensor-scope';
import { SAMPLE_RATE } from '../lib/units';
import type {
  BatchResult,
  RecognizerDescription,
  RecognizerHandle,
  SpeechBudget,
  SpeechUsage,
} from '../protocol/speech';
import type { Chunk, ChunkReader } from '../signal/chunk';
import type { DecodedWindow } from './decoder';
import { runEncoder } from './encoder';
import { decodeWithFallback } from './fallback';
import { LanguageVote } from './language';
import { HOP_LENGTH } from './log-mel';
import type { SpeechModel } from './model';
import type { Segment } from './segment';
import { createSegments } from './segments';
import { createPrompt } from './tokens';

/** Whisper's own gate: nothing is said in a window that is both likely silent and unlikely in its words. */
const NO_SPEECH_PROBABILITY = 0.6;
const NO_SPEECH_LOG_PROBABILITY = -1;

export interface RecognizerInput {
  model: SpeechModel;
  chunks: ChunkReader;
  /** ISO 639-1, or null to detect. */
  language: string | null;
  signal: AbortSignal;
}

/** `close` gives the chunk reader back, not the model. Throws `speech/language-unsupported`. */
export function createRecognizer({ model, chunks, language, signal }: RecognizerInput): RecognizerHandle {
  const vote = new LanguageVote(model.decoder, model.name, language);
  const seconds = { mel: 0, encoder: 0, decoder: 0 };
  let coveredSpeechSeconds = 0;
  let closed = false;

  async function decode(batch: readonly Chunk[]): Promise<Segment[]> {
    if (batch.length === 0) return [];
    using scope = new TensorScope(model.encoder.ort, model.ledger);
    const states = await runEncoder(
      model.encoder,
      batch.map((chunk) => chunk.samples),
      { contextFrames: model.config.windowFrames, signal, onTime: (stage, took) => (seconds[stage] += took) },
      scope,
    );
    const began = performance.now();
    await vote.hear(model.decoder, states);
    const windows = await decodeWithFallback(
      model.decoder,
      model.tokenizer,
      states,
      createPrompt(model.decoder.tokens, vote.language),
      { seeds: batch.map((chunk) => Math.round(chunk.startSeconds * SAMPLE_RATE)), signal },
    );
    seconds.decoder += (performance.now() - began) / 1000;
    return windows.flatMap((window, i) =>
      isSilence(window)
        ? []
        : createSegments(window, place(batch[i]!), model.decoder.tokens, model.tokenizer),
    );
  }

  return {
    describe: (): RecognizerDescription => ({
      model: model.name,
      backend: model.backend,
      threads: model.threads,
      loadSeconds: model.loadSeconds,
    }),

    async next(budget: SpeechBudget): Promise<BatchResult> {
      if (closed) throw new LonghandError('internal/closed', { what: 'recognizer' });
      signal.throwIfAborted();
      const windowSeconds = (model.config.windowFrames * HOP_LENGTH) / SAMPLE_RATE;
      const batch = await chunks.next({
        count: budget.batch,
        maxSeconds: Math.min(budget.chunkSeconds, windowSeconds),
      });
      const segments = await withDevice(model, () => decode(batch.chunks));
      coveredSpeechSeconds += batch.chunks.reduce((sum, chunk) => sum + speechIn(chunk), 0);
      return {
        segments,
        gaps: batch.gaps,
        checkpointSeconds: batch.readSeconds,
        chunks: batch.chunks.length,
        speechSeconds: batch.speechSeconds,
        coveredSpeechSeconds,
        language: vote.language,
        usage: { ...readUsage(model), stageSeconds: { ...batch.stageSeconds, ...seconds } },
        ended: batch.ended,
      };
    },

    async close() {
      closed = true;
      chunks.close();
      return { liveTensors: model.ledger.count.tensors };
    },
  };
}

/** A run on a lost device resolves with garbage or fails with any message: what it gave is dropped. */
async function withDevice<T>(model: SpeechModel, work: () => Promise<T>): Promise<T> {
  const lost = (cause?: unknown): LonghandError | null => {
    const detail = model.deviceLoss();
    return detail === null
      ? null
      : new LonghandError('speech/device-lost', { detail }, { retryable: true, cause });
  };
  let result: T;
  try {
    result = await work();
  } catch (error) {
    throw lost(error) ?? error;
  }
  const failure = lost();
  if (failure) throw failure;
  return result;
}

const isSilence = (window: DecodedWindow): boolean =>
  window.noSpeechProbability > NO_SPEECH_PROBABILITY &&
  window.averageLogProbability < NO_SPEECH_LOG_PROBABILITY;

const place = ({ startSeconds, endSeconds, index }: Chunk) => ({
  startSeconds,
  endSeconds,
  chunkIndex: index,
});

const speechIn = (chunk: Chunk): number =>
  chunk.speech.reduce((sum, region) => sum + region.endSeconds - region.startSeconds, 0);

function readUsage(model: SpeechModel): Omit<SpeechUsage, 'stageSeconds'> {
  const { tensors, bytes, gpuBytes } = model.ledger.count;
  return {
    liveTensors: tensors,
    liveTensorBytes: bytes,
    wasmHeapBytes: wasmHeapBytes(),
    gpuBufferBytes: gpuBytes + (model.backend === 'webgpu' ? model.weightBytes : 0),
  };
}
