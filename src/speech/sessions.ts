/**
 * The two ONNX sessions of a model. In: its files and a backend. Out: encoder and decoder sessions, released together,
 * and whether the GPU under them is still there. int8 on WASM; fp32 on WebGPU, whose kernels have no int8.
 * Weights in external data files are refused: ORT looks for them only where it is told to, and nothing tells it.
 */
import type { InferenceSession } from 'onnxruntime-web';
import { LonghandError } from '../lib/errors';
import { loadWasmRuntime, loadWebgpuRuntime, type OnnxRuntime } from '../lib/onnx-runtime';
import { presentNames } from './kv-cache';
import type { ModelFiles } from './model-files';
import type { WhisperConfig } from './whisper-config';

/** Endings of the file names, the best first. */
const DTYPES = { wasm: ['_quantized', '_int8', ''], webgpu: ['', '_fp16'] } as const;

export interface SpeechSessions extends AsyncDisposable {
  ort: OnnxRuntime;
  encoder: InferenceSession;
  decoder: InferenceSession;
  /** Of both files as read. */
  weightBytes: number;
  /** Null while the device under a WebGPU session lives, then the browser's reason. Always null on WASM. */
  deviceLoss(): string | null;
}

export interface SessionOptions {
  backend: 'webgpu' | 'wasm';
  /** WASM threads; counts at the first call in a worker. */
  threads: number;
  signal: AbortSignal;
}

/** Throws `speech/model-missing`, `speech/model-invalid`, `speech/backend-unavailable`, `speech/out-of-memory`. */
export async function openSessions(
  files: ModelFiles,
  config: WhisperConfig,
  options: SessionOptions,
): Promise<SpeechSessions> {
  const onGpu = options.backend === 'webgpu';
  if (onGpu) await requireAdapter();
  const ort = onGpu ? await loadWebgpuRuntime() : await loadWasmRuntime(options.threads);
  // The KV cache stays on the GPU from step to step; only logits come back.
  const cacheLocation = Object.fromEntries(
    presentNames(config.decoderLayers).map((name) => [name, 'gpu-buffer'] as const),
  );
  const { session: encoder, bytes: encoderBytes } = await openSession(
    ort,
    files,
    'encoder_model',
    {},
    options,
  );
  try {
    const { session: decoder, bytes: decoderBytes } = await openSession(
      ort,
      files,
      'decoder_model_merged',
      onGpu ? { preferredOutputLocation: cacheLocation } : {},
      options,
    );
    return {
      ort,
      encoder,
      decoder,
      weightBytes: encoderBytes + decoderBytes,
      deviceLoss: onGpu ? watchDevice(await ort.env.webgpu.device) : () => null,
      async [Symbol.asyncDispose]() {
        await encoder.release();
        await decoder.release();
      },
    };
  } catch (error) {
    await encoder.release();
    throw error;
  }
}

async function openSession(
  ort: OnnxRuntime,
  files: ModelFiles,
  part: string,
  extra: InferenceSession.SessionOptions,
  { backend, signal }: SessionOptions,
): Promise<{ session: InferenceSession; bytes: number }> {
  for (const dtype of DTYPES[backend]) {
    const bytes = await files.read(`onnx/${part}${dtype}.onnx`, { signal });
    if (!bytes) continue;
    signal.throwIfAborted();
    let session: InferenceSession;
    try {
      session = await ort.InferenceSession.create(bytes, {
        executionProviders: [backend],
        logSeverityLevel: 3,
        ...extra,
      });
    } catch (cause) {
      throw explainCreation(cause, files.name, `${part}${dtype}.onnx`, backend, bytes.byteLength);
    }
    const detail = unusableInput(session);
    if (!detail) return { session, bytes: bytes.byteLength };
    await session.release();
    throw new LonghandError('speech/model-invalid', {
      model: files.name,
      detail: `${part}${dtype}.onnx: ${detail}`,
    });
  }
  throw new LonghandError('speech/model-missing', { model: files.name, file: `onnx/${part}.onnx` });
}

/** The engine feeds float32; some half-precision exports ask for float16 at their inputs too. */
function unusableInput(session: InferenceSession): string | null {
  for (const input of session.inputMetadata) {
    if (input.isTensor && input.type === 'float16') return `input ${input.name} is float16`;
  }
  return null;
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

async function requireAdapter(): Promise<void> {
  const adapter = 'gpu' in navigator ? await navigator.gpu.requestAdapter() : null;
  if (adapter) return;
  const detail = 'gpu' in navigator ? 'the browser gives no adapter' : 'the browser has no WebGPU';
  throw new LonghandError('speech/backend-unavailable', { backend: 'webgpu', detail });
}

function watchDevice(device: GPUDevice): () => string | null {
  let reason: string | null = null;
  void device.lost.then((lost) => (reason = `${lost.reason} ${lost.message}`));
  return () => reason;
}
