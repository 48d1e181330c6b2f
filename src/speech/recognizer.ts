/**
 * The recognizer: pulls chunks, gives text. In: a model, a reader of chunks, a budget per call. Out: batches of
 * segments with everything the job must store. All chunks of a batch are decoded together; nothing of a batch is
 * kept after it.
 */
import { yieldToEvents } from '../lib/abort';
import { LonghandError } from '../lib/errors';
import { joinRanges } from '../lib/time-ranges';
import { wasmHeapBytes } from '../lib/onnx-runtime';
import { TensorScope } from '../lib/tensor-scope';
import { SAMPLE_RATE, samplesToSeconds, secondsToSamples } from '../lib/units';
import { BEGINNING, type Checkpoint } from '../protocol/checkpoint';
import type {
  BatchResult,
  RecognizerDescription,
  RecognizerHandle,
  SpeechBudget,
  TextWishes,
} from '../protocol/speech';
import type { Chunk, ChunkReader } from '../signal/chunk';
import { contextFrames } from './audio-context';
import { ChunkQueue } from './chunk-queue';
import { findUncovered, type Uncovered } from './coverage';
import type { DecodedWindow } from './decoder';
import { withDevice } from './device-failure';
import { type EncodedWindows, runEncoder, takeWindows } from './encoder';
import { decodeWithFallback } from './fallback';
import { fitToSpeech } from './fit-to-speech';
import { isMoreThanSaid, isSilence } from './gates';
import { LanguageFinder } from './language';
import { HOP_LENGTH } from './log-mel';
import type { SpeechModel } from './model';
import type { Segment } from './segment';
import { asLongAsItsWords, createSegments, splitAtTimestamps } from './segments';
import { createPrompt } from './tokens';
import { windowCost } from './window-cost';
import { timeWords } from './words/time-words';
import type { WordEdges } from './words/word-edges';
import { firstWindow, nextWindow, speechSeconds, type Window } from './windows';

/** Faster than anyone speaks; a text that gets this long is a loop, and in a batch all rows wait for its end. */
const mostTokens = (windowSeconds: number): number => Math.ceil(40 + 16 * windowSeconds);
export interface RecognizerInput {
  model: SpeechModel;
  chunks: ChunkReader;
  /** ISO 639-1, or null to detect. */
  language: string | null;
  wishes?: TextWishes;
  /** Where the chunks begin, where it is not the beginning. */
  from?: Checkpoint;
  signal: AbortSignal;
}

/** `close` gives the chunk reader back, not the model. Throws `speech/language-unsupported`, `speech/cannot-translate`. */
export function createRecognizer({
  model,
  chunks,
  language,
  wishes: { words = false, languages = [], task = 'transcribe', prompt: before = '' } = {},
  from = BEGINNING,
  signal,
}: RecognizerInput): RecognizerHandle {
  const queue = new ChunkQueue(chunks);
  const windowSeconds = (model.config.windowFrames * HOP_LENGTH) / SAMPLE_RATE;
  const finder = new LanguageFinder(model.decoder, model.name, { language, allowed: languages }, from.votes);
  if (task === 'translate' && model.decoder.tokens.translate === null) {
    throw new LonghandError('speech/cannot-translate', { model: model.name });
  }
  // The last words of it: what stands nearest to a text counts most.
  const previous = model.tokenizer.encode(before && ` ${before.trim()}`).slice(-mostPromptTokens(model));
  const seconds = { mel: 0, encoder: 0, decoder: 0 };
  let checkpoint = from;
  let closed = false;

  async function decodeWindows(
    windows: readonly Window[],
    context: SpeechBudget['context'],
  ): Promise<HeardWindow[]> {
    using scope = new TensorScope(model.encoder.ort, model.ledger);
    const samples = windows.map((window) => window.samples);
    const options = {
      contextFrames: samples.map(({ length }) => contextFrames(length, model.audioContext, context)),
      signal,
      onTime: (stage: 'mel' | 'encoder', took: number) => (seconds[stage] += took),
    };
    const encoded = await runEncoder(model.encoder, samples, options, scope);
    const began = performance.now();
    const spoken = await finder.languagesOf(model.decoder, encoded);
    const prompts = spoken.map((each) => createPrompt(model.decoder.tokens, each, { task, previous }));
    const longestSeconds = Math.max(...samples.map(({ length }) => samplesToSeconds(length)));
    const decoded = await decodeWithFallback(model.decoder, model.tokenizer, encoded, prompts, {
      seeds: windows.map((window) => secondsToSamples(window.startSeconds)),
      maxTokens: Math.min(model.config.maxTokens - prompts[0]!.length, mostTokens(longestSeconds)),
      signal,
    });
    const edges = words ? await timeAll(decoded, encoded, samples, spoken) : [];
    seconds.decoder += (performance.now() - began) / 1000;
    const language = (i: number) => (finder.perWindow ? { language: spoken[i]! } : {});
    return decoded.map((window, i) => ({ ...window, ...language(i), edges: edges[i] }));
  }

  /** One window after the other: their attentions are large. */
  async function timeAll(
    decoded: readonly DecodedWindow[],
    encoded: EncodedWindows,
    samples: readonly Float32Array[],
    spoken: readonly (string | null)[],
  ): Promise<WordEdges[][]> {
    const edges: WordEdges[][] = [];
    for (const [row, window] of decoded.entries()) {
      using scope = new TensorScope(model.encoder.ort, model.ledger);
      const spans = splitAtTimestamps(window, model.decoder.tokens).map(({ tokens }) => tokens);
      const said = { spans, samples: samples[row]!, language: spoken[row]! };
      const states = isSilence(window) || spans.length === 0 ? null : takeWindows(encoded, [row], scope);
      edges.push(states ? await timeWords(model.decoder, model.tokenizer, { ...said, states }) : []);
      await yieldToEvents();
      signal.throwIfAborted();
    }
    return edges;
  }

  /** All chunks together; those whose text stopped early go on in a further round. */
  async function decode(chunks: readonly Chunk[], context: SpeechBudget['context']): Promise<Segment[]> {
    const segments: Segment[] = [];
    let windows = chunks.map(firstWindow);
    while (windows.length > 0) {
      const decoded = await decodeWindows(windows, context);
      windows = windows.flatMap((window, i) => {
        if (isSilence(decoded[i]!)) return [];
        if (isMoreThanSaid(decoded[i]!, window, model)) return [];
        const { edges, language: spoken, ...text } = decoded[i]!;
        const heard = createSegments(text, place(window), model.decoder.tokens, model.tokenizer, edges);
        const { speaker } = window.chunk;
        const rest = nextWindow(window, heard);
        const { startSeconds } = window;
        const timed = fitToSpeech(heard.map(asLongAsItsWords), window.chunk, {
          startSeconds,
          goesOn: rest !== null,
        });
        const more = { ...(speaker && { speaker }), ...(spoken && { language: spoken }) };
        segments.push(...timed.map((each) => ({ ...each, ...more })));
        return rest ?? [];
      });
    }
    const apart = chunks.some((chunk) => chunk.speaker !== undefined);
    return segments.sort(
      (a, b) => (apart ? 0 : a.chunkIndex - b.chunkIndex) || a.startSeconds - b.startSeconds,
    );
  }

  return {
    describe: (): RecognizerDescription => ({
      model: model.name,
      backend: model.backend,
      threads: model.threads,
      loadSeconds: model.loadSeconds,
      weightBytes: model.weightBytes + (words ? model.decoderBytes : 0),
      windowCost: windowCost(model.config, words),
      windowSeconds,
      dynamicAudioContext: model.audioContext.dynamic && model.audioContext.anyLength,
      usage: readUsage(model),
    }),

    async next(budget: SpeechBudget): Promise<BatchResult> {
      if (closed) throw new LonghandError('internal/closed', { what: 'recognizer' });
      signal.throwIfAborted();
      const batch = await queue.take(
        { count: budget.batch, maxSeconds: Math.min(budget.chunkSeconds, windowSeconds) },
        budget,
      );
      const segments = await withDevice(model, () => decode(batch.chunks, budget.context));
      const { pending } = batch;
      const unsettled = pending ? await withDevice(model, () => decode([pending], budget.context)) : [];
      const uncovered = findUncovered(batch.chunks, segments);
      const heardSeconds = totalSpeechSeconds(batch.chunks);
      checkpoint = {
        seconds: batch.checkpointSeconds,
        ...(batch.laneSeconds ? { lanes: batch.laneSeconds } : {}),
        chunks: checkpoint.chunks + batch.chunks.length,
        batches: checkpoint.batches + 1,
        speechSeconds: checkpoint.speechSeconds + heardSeconds,
        coveredSpeechSeconds: checkpoint.coveredSpeechSeconds + heardSeconds - sumOf(uncovered),
        votes: finder.soFar,
        voice: batch.voice,
      };
      return {
        segments,
        pending: unsettled,
        gaps: [...batch.gaps, ...uncovered.map(({ gap }) => gap)].sort(
          (a, b) => a.startSeconds - b.startSeconds,
        ),
        speech: joinRanges(batch.chunks.flatMap(({ speech }) => speech)),
        checkpoint,
        chunks: batch.chunks.length,
        language: finder.language,
        usage: {
          ...readUsage(model),
          mediaHeapBytes: batch.heapBytes,
          stageSeconds: { ...batch.stageSeconds, ...seconds },
        },
        ended: batch.ended,
      };
    },

    async close() {
      closed = true;
      queue.close();
      return { liveTensors: model.ledger.count.tensors };
    },
  };
}

/** With its language, where windows have their own, and the edges of its words, where they were asked for. */
type HeardWindow = DecodedWindow & { language?: string; edges: readonly WordEdges[] | undefined };

/** Half of what a window may have (openai/whisper): a longer one would leave the text itself no room. */
const mostPromptTokens = ({ config }: SpeechModel): number => Math.floor(config.maxTokens / 2) - 1;

const totalSpeechSeconds = (chunks: readonly Chunk[]): number =>
  chunks.reduce((sum, chunk) => sum + speechSeconds(chunk), 0);

const place = ({ chunk, startSeconds }: Window) => ({
  startSeconds,
  endSeconds: chunk.endSeconds,
  chunkIndex: chunk.index,
});

const sumOf = (uncovered: readonly Uncovered[]): number =>
  uncovered.reduce((sum, { speechSeconds: seconds }) => sum + seconds, 0);

function readUsage(model: SpeechModel): RecognizerDescription['usage'] {
  const { tensors, bytes, gpuBytes } = model.ledger.count;
  return {
    liveTensors: tensors,
    liveTensorBytes: bytes,
    wasmHeapBytes: wasmHeapBytes(),
    gpuBufferBytes: gpuBytes + (model.backend === 'webgpu' ? model.weightBytes : 0),
  };
}
