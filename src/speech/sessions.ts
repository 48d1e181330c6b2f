/**
 * The two ONNX sessions of a model. In: its files and a backend. Out: encoder and decoder sessions, released together,
 * and whether the GPU under them is still there. int8 on WASM; fp32 on WebGPU, whose kernels have no int8.
 * The file as read is given to ORT as external data of its own graph, so that the heap holds the weights once. Weights
 * in other files are refused: ORT looks for them only where it is told to.
 */
import type { InferenceSession } from 'onnxruntime-web';
import { LonghandError } from '../lib/errors';
import { Scope } from '../lib/scope';
import { loadWasmRuntime, loadWebgpuRuntime, type OnnxRuntime } from '../lib/onnx-runtime';
import { SAMPLE_RATE } from '../lib/units';
import type { Weights } from '../protocol/speech';
import { allowedGpuBytes, gpuBytes } from './gpu-memory';
import type { GraphPatches } from './graph-patches';
import type { GreedyLoop } from './graph-patches';
import { type AlignmentSession, alignmentHeads } from './words/attention';
import { presentNames } from './kv-cache';
import { HOP_LENGTH } from './log-mel';
import type { ModelFiles } from './model-files';
import type { WhisperConfig } from './whisper-config';
import { windowCost } from './window-cost';

/**
 * Endings of the file names, the best first. On WASM the best are the smallest as well. What only a graphics card is meant
 * for comes last there: it runs, slowly.
 */
const ENDINGS = {
  wasm: {
    best: ['_quantized', '_int8', '_q4', '', '_q4f16', '_fp16'],
    smallest: ['_quantized', '_int8', '_q4', '', '_q4f16', '_fp16'],
  },
  webgpu: { best: ['', '_q4', '_fp16', '_q4f16'], smallest: ['_q4f16', '_q4', '_fp16', ''] },
} as const;

export interface SpeechSessions extends AsyncDisposable {
  ort: OnnxRuntime;
  encoder: InferenceSession;
  /** True where the encoder takes windows shorter than the full one. */
  anyLength: boolean;
  /** The decoder as exported, opened at the first call where there is a loop. */
  decoder(): Promise<InferenceSession>;
  loop: GreedyLoop | null;
  /** For word times, opened at the first call; null where the decoder's export is of another kind. */
  alignment(): Promise<AlignmentSession | null>;
  /** Of the decoder's file as read, which every session of it holds once more. */
  decoderBytes: number;
  /** Of both files as read. */
  weightBytes: number;
  /** Null while the device under a WebGPU session lives, then the browser's reason. Always null on WASM. */
  deviceLoss(): string | null;
}

export interface SessionOptions {
  backend: 'webgpu' | 'wasm';
  /** WASM threads; counts at the first call in a worker. */
  threads: number;
  weights?: Weights;
  patches: GraphPatches;
  signal: AbortSignal;
}

/** Throws `speech/model-missing`, `speech/model-invalid`, `speech/backend-unavailable`, `speech/out-of-memory`. */
export async function openSessions(
  files: ModelFiles,
  config: WhisperConfig,
  options: SessionOptions,
): Promise<SpeechSessions> {
  const { backend, patches } = options;
  const onGpu = backend === 'webgpu';
  const adapter = onGpu ? await requireAdapter() : null;
  const limits = adapter?.limits;
  const found = { ...options, halves: adapter?.features.has('shader-f16') ?? true };
  const ort = onGpu ? await loadWebgpuRuntime() : await loadWasmRuntime(options.threads);
  await using opened = new Scope();
  const open = async (file: ModelFile, graph: Uint8Array, extra: InferenceSession.SessionOptions = {}) => {
    const session = await openSession(ort, files.name, file, graph, options, extra);
    opened.add(() => session.release());
    return session;
  };

  let file = await readModelFile(files, 'encoder_model', found);
  let weightBytes = file.bytes.byteLength;
  if (limits) requireGpuMemory(limits, weightBytes, config);
  const anyLength = patches.audioContext(file.bytes);
  const encoder = await open(file, anyLength ?? patches.asExported(file.bytes));

  file = await readModelFile(files, 'decoder_model_merged', found);
  weightBytes += file.bytes.byteLength;
  if (limits) requireGpuMemory(limits, weightBytes, config);
  // The KV cache stays on the GPU from step to step; only logits come back.
  const cacheLocation = Object.fromEntries(
    presentNames(config.decoderLayers).map((name) => [name, 'gpu-buffer'] as const),
  );
  const looping = onGpu ? null : patches.greedyLoop(file.bytes);
  const loop = looping && { session: await open(file, looping), names: patches.greedyLoopNames };
  let exported = loop
    ? null
    : open(file, patches.asExported(file.bytes), onGpu ? { preferredOutputLocation: cacheLocation } : {});
  await exported;

  const decoderBytes = file.bytes.byteLength;
  let alignment: Promise<AlignmentSession | null> | null = null;
  const owned = opened.move();
  return {
    ort,
    encoder,
    anyLength: anyLength !== null,
    decoder: () =>
      (exported ??= (async () => {
        const later = await readModelFile(files, 'decoder_model_merged', { ...found, signal: NEVER });
        const session = await openSession(ort, files.name, later, patches.asExported(later.bytes), options);
        owned.add(() => session.release());
        return session;
      })()),
    loop,
    alignment: () =>
      (alignment ??= (async () => {
        const later = await readModelFile(files, 'decoder_model_merged', { ...found, signal: NEVER });
        const graph = patches.alignment(later.bytes, alignmentHeads(config));
        if (!graph) return null;
        const session = await openSession(ort, files.name, later, graph, options);
        owned.add(() => session.release());
        return { session, names: patches.alignmentNames };
      })()),
    decoderBytes,
    weightBytes,
    deviceLoss: onGpu ? watchDevice(await ort.env.webgpu.device) : () => null,
    [Symbol.asyncDispose]: () => owned.close(),
  };
}

/** A model is opened for all jobs: one job's abort must not leave it half open for the next. */
const NEVER = new AbortController().signal;

interface ModelFile {
  /** As in messages: `encoder_model_quantized.onnx`. */
  fileName: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** The best dtype for the backend that the model has. Throws `speech/model-missing`. */
async function readModelFile(
  files: ModelFiles,
  part: string,
  { backend, weights = 'best', halves, signal }: SessionOptions & { halves: boolean },
): Promise<ModelFile> {
  for (const dtype of ENDINGS[backend][weights]) {
    // A card without half precision would fail at the first run, if not before.
    if (!halves && /f(p)?16$/.test(dtype)) continue;
    const fileName = `${part}${dtype}.onnx`;
    const bytes = await files.read(`onnx/${fileName}`, { signal });
    if (!bytes) continue;
    signal.throwIfAborted();
    return { fileName, bytes };
  }
  throw new LonghandError('speech/model-missing', { model: files.name, file: `onnx/${part}.onnx` });
}

async function openSession(
  ort: OnnxRuntime,
  model: string,
  { fileName, bytes }: ModelFile,
  graph: Uint8Array,
  { backend, patches }: SessionOptions,
  extra: InferenceSession.SessionOptions = {},
): Promise<InferenceSession> {
  try {
    return await ort.InferenceSession.create(graph, {
      externalData: [{ path: patches.weightsPath, data: bytes }],
      executionProviders: [backend],
      logSeverityLevel: 3,
      ...extra,
    });
  } catch (cause) {
    throw explainCreation(cause, model, fileName, backend, bytes.byteLength);
  }
}

function explainCreation(
  cause: unknown,
  model: string,
  file: string,
  backend: string,
  bytes: number,
): LonghandError {
  const text = cause instanceof Error ? cause.message : String(cause);
  const detail = `${file}: ${text}`;
  if (/memory|bad_alloc|allocation|Array buffer|RangeError/i.test(text)) {
    // ORT holds the file and the weights made of it at the same time.
    return new LonghandError(
      'speech/out-of-memory',
      { neededBytes: 2 * bytes, detail },
      { retryable: true, cause },
    );
  }
  if (/no available backend|adapter|GPUDevice|wasm streaming|both async and sync fetching/i.test(text)) {
    return new LonghandError('speech/backend-unavailable', { backend, detail }, { cause });
  }
  return new LonghandError('speech/model-invalid', { model, detail }, { cause });
}

async function requireAdapter(): Promise<GPUAdapter> {
  const adapter = 'gpu' in navigator ? await navigator.gpu.requestAdapter() : null;
  if (adapter) return adapter;
  const detail = 'gpu' in navigator ? 'the browser gives no adapter' : 'the browser has no WebGPU';
  throw new LonghandError('speech/backend-unavailable', { backend: 'webgpu', detail });
}

/** Asked after each file, so that a model far too large is not read to its end. */
function requireGpuMemory(limits: GPUSupportedLimits, weightBytes: number, config: WhisperConfig): void {
  const windowSeconds = (config.windowFrames * HOP_LENGTH) / SAMPLE_RATE;
  const neededBytes = gpuBytes(weightBytes, windowCost(config), windowSeconds);
  const allowedBytes = allowedGpuBytes(limits);
  if (neededBytes <= allowedBytes) return;
  const detail = `the graphics card's share is ${allowedBytes} bytes`;
  throw new LonghandError('speech/out-of-memory', { neededBytes, detail }, { retryable: true });
}

/** After an error that nobody caught (validation, memory) the results are as worthless as those of a lost device. */
function watchDevice(device: GPUDevice): () => string | null {
  let reason: string | null = null;
  device.addEventListener('uncapturederror', ({ error }) => {
    const kind = error instanceof GPUOutOfMemoryError ? 'out of memory' : 'error';
    reason ??= `${kind}: ${error.message}`;
  });
  void device.lost.then((lost) => (reason ??= `${lost.reason} ${lost.message}`));
  return () => reason;
}
