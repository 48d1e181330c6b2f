/**
 * A model ready to decode. In: its files, a backend. Out: tokenizer, rules and sessions with everything that is
 * allocated once; shared by all jobs of a worker, closed by whoever opened it.
 */
import { LonghandError } from '../lib/errors';
import { wasmThreads } from '../lib/onnx-runtime';
import { TensorLedger } from '../lib/tensor-scope';
import type { Backend, Weights } from '../protocol/speech';
import type { AudioContext } from './audio-context';
import type { DecoderModel } from './decoder';
import type { EncoderModel } from './encoder';
import type { GraphPatches } from './graph-patches';
import { LogitRules } from './logit-rules';
import { LogMel } from './log-mel';
import type { ModelFiles } from './model-files';
import { openSessions } from './sessions';
import { loadTokenizer, type Tokenizer } from './tokenizer';
import { createSpecialTokens } from './tokens';
import { alignmentHeads } from './words/attention';
import { loadWhisperConfig, type WhisperConfig } from './whisper-config';

export interface SpeechModel extends AsyncDisposable {
  name: string;
  backend: Backend;
  threads: number;
  loadSeconds: number;
  config: WhisperConfig;
  tokenizer: Tokenizer;
  encoder: EncoderModel;
  decoder: DecoderModel;
  ledger: TensorLedger;
  /** Bytes of the weights as read; they lie in the WASM heap, or in GPU buffers. */
  weightBytes: number;
  /** Of the decoder's file, which word times hold once more. */
  decoderBytes: number;
  audioContext: AudioContext;
  /** Why the GPU is gone, or null while it is not. */
  deviceLoss(): string | null;
}

export interface OpenModelOptions {
  backend: Backend;
  threads: number;
  weights?: Weights;
  patches: GraphPatches;
  signal: AbortSignal;
}

/**
 * Whatever WebGPU fails at (no adapter, too little memory, a device lost while loading, a dtype that the model lacks),
 * the model opens on WASM instead; a model that is itself at fault fails there too. Throws `speech/model-missing`,
 * `speech/model-invalid`, `speech/backend-unavailable`, `speech/out-of-memory`.
 */
export async function openSpeechModel(files: ModelFiles, options: OpenModelOptions): Promise<SpeechModel> {
  if (options.backend === 'webgpu') {
    try {
      return await openModelOn('webgpu', files, options);
    } catch {
      options.signal.throwIfAborted();
    }
  }
  return openModelOn('wasm', files, options);
}

/** On this backend or not at all. Throws as `openSpeechModel`. */
export async function openModelOn(
  backend: Backend,
  files: ModelFiles,
  { threads, weights = 'best', patches, signal }: Omit<OpenModelOptions, 'backend'>,
): Promise<SpeechModel> {
  const began = performance.now();
  const config = await loadWhisperConfig(files, { signal });
  const tokenizer = await loadTokenizer(files, { signal });
  const tokens = createSpecialTokens(config, tokenizer);
  const usedThreads = backend === 'wasm' ? wasmThreads(threads) : 1;
  const sessions = await openSessions(files, config, {
    backend,
    threads: usedThreads,
    weights,
    patches,
    signal,
  });
  const ledger = new TensorLedger();
  const { ort } = sessions;
  const { generation } = config;
  const maxInitial = generation['max_initial_timestamp_index'];
  const rules = new LogitRules(tokens, config.vocabularySize, {
    suppress: tokenList(config, 'suppress_tokens'),
    suppressAtBegin: tokenList(config, 'begin_suppress_tokens'),
    maxInitialTimestamp: typeof maxInitial === 'number' ? maxInitial : null,
  });
  return {
    name: files.name,
    backend,
    threads: usedThreads,
    loadSeconds: (performance.now() - began) / 1000,
    config,
    tokenizer,
    ledger,
    weightBytes: sessions.weightBytes,
    decoderBytes: sessions.decoderBytes,
    audioContext: {
      windowFrames: config.windowFrames,
      anyLength: sessions.anyLength,
      dynamic: config.dynamicAudioContext,
    },
    encoder: {
      ort,
      session: sessions.encoder,
      ledger,
      logMel: new LogMel(config.melBins),
      melBuffer: new Float32Array(config.melBins * config.windowFrames),
      hiddenSize: config.hiddenSize,
    },
    decoder: {
      ort,
      session: () => sessions.decoder(),
      loop: sessions.loop,
      alignment: () => sessions.alignment(),
      alignmentHeads: alignmentHeads(config),
      ledger,
      cacheShape: {
        layers: config.decoderLayers,
        heads: config.decoderHeads,
        headSize: config.hiddenSize / config.decoderHeads,
      },
      tokens,
      rules,
    },
    deviceLoss: () => sessions.deviceLoss(),
    [Symbol.asyncDispose]: () => sessions[Symbol.asyncDispose](),
  };
}

function tokenList(config: WhisperConfig, key: string): number[] {
  const value = config.generation[key] ?? [];
  if (Array.isArray(value) && value.every((token) => typeof token === 'number')) return value;
  throw new LonghandError('speech/model-invalid', {
    model: config.name,
    detail: `${key} is not a list of tokens`,
  });
}
