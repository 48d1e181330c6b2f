/** What the speech worker offers. */
import type { TimeRange } from '../lib/time-ranges';
import type { Gap } from '../media/gap';
import type { Segment } from '../speech/segment';
import type { WindowCost } from '../speech/window-cost';
import type { Checkpoint } from './checkpoint';

export type Backend = 'webgpu' | 'wasm';

export interface ModelReference {
  /** A folder in hub layout, absolute or relative to the page: `models/embedded/`; `stored:OWNER/NAME` on disk. */
  url: string;
}

export interface LoadOptions {
  backend: Backend | 'auto';
  /** WASM threads; 0 chooses. Without cross-origin isolation it is always 1. */
  threads: number;
  /** Where there are several number formats: the best for the backend (unless given), or what takes the least memory. */
  weights?: Weights;
}

export type Weights = 'best' | 'smallest';

/** What a text is to be like; each may be left out. */
export interface TextWishes {
  /** Whether to find out when each word is said: a further pass over each window. */
  words?: boolean;
  /** ISO 639-1: each window is in one of these. Empty: one language for all, by the vote of the first windows. */
  languages?: readonly string[];
  task?: 'transcribe' | 'translate';
  /** Names and spellings that are likely to come, in the words of a text before. */
  prompt?: string;
}

export interface RecognizerOptions extends LoadOptions, TextWishes {
  /** ISO 639-1, or null to detect. */
  language: string | null;
  /** Where the chunks begin: the same as the media worker was given. */
  from: Checkpoint;
}

/** What the governor allows for the next batch. */
export interface SpeechBudget {
  /** Windows decoded together, at least 1. */
  batch: number;
  chunkSeconds: number;
  /** Read the next chunks while these are decoded. */
  prefetch: boolean;
  /** Windows as long as Whisper's, or as short as the chunk allows. */
  context: 'full' | 'short';
}

/** What the engine holds and has used, so far. */
export interface SpeechUsage {
  liveTensors: number;
  liveTensorBytes: number;
  wasmHeapBytes: number;
  /** The heap of the worker that reads the recording, as of the last chunks. */
  mediaHeapBytes: number;
  gpuBufferBytes: number;
  /** Seconds per stage since the recognizer was opened. */
  stageSeconds: {
    decode: number;
    resample: number;
    voiceActivity: number;
    mel: number;
    encoder: number;
    decoder: number;
  };
}

/** One batch of chunks turned into text. */
export interface BatchResult {
  segments: Segment[];
  /** Of a recording under way: what has been said since the last segment, as far as it is understood; it will change. */
  pending?: Segment[];
  gaps: Gap[];
  /** Where somebody was heard, in order of time; of several voices recorded apart, of all of them together. */
  speech: TimeRange[];
  /** Where a job that is interrupted after this batch goes on. */
  checkpoint: Checkpoint;
  /** Decoded in this batch. */
  chunks: number;
  language: string | null;
  usage: SpeechUsage;
  ended: boolean;
}

export interface RecognizerDescription {
  model: string;
  backend: Backend;
  threads: number;
  loadSeconds: number;
  /** Bytes of the model files in use. */
  weightBytes: number;
  windowCost: WindowCost;
  /** Longest window, 30 for Whisper. */
  windowSeconds: number;
  /** Trained on windows of all lengths, and able to take them. */
  dynamicAudioContext: boolean;
  /** What the engine holds with the model loaded. */
  usage: Omit<SpeechUsage, 'stageSeconds' | 'mediaHeapBytes'>;
}

export interface RecognizerHandle {
  describe(): RecognizerDescription;
  /** Pulls chunks, decodes them, and resolves with their text. One call at a time. */
  next(budget: SpeechBudget): Promise<BatchResult>;
  /** Live tensors after everything of this job is released; weights are not counted. */
  close(): Promise<{ liveTensors: number }>;
}

export interface SpeechWorker {
  openRecognizer(
    model: ModelReference,
    options: RecognizerOptions,
    audioPort: MessagePort,
    signal: AbortSignal,
  ): Promise<RecognizerHandle>;
  /** Loads a model ahead of the first job, where there is room for it beside what is loaded. */
  preload(model: ModelReference, options: LoadOptions): Promise<void>;
  /** Gives up loaded models that no job uses, the least valuable first; resolves with the bytes that came free. */
  unload(bytes: number): Promise<number>;
}
