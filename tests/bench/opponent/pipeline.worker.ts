/**
 * The transformers.js automatic-speech-recognition pipeline as its documentation says to use it for long files:
 * 30 s chunks, 5 s of overlap on each side, timestamps. In: 16 kHz mono samples by address. Out: text and seconds,
 * decoding of the file left out, in the pipeline's favour.
 */
import { env, pipeline, type AutomaticSpeechRecognitionPipeline } from '@huggingface/transformers';
import glueUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import wasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';

export interface LoadCall {
  load: { models: string; model: string; dtype: 'q8' | 'fp32'; device: 'wasm' | 'webgpu'; threads: number };
}
export interface RunCall {
  run: { samplesUrl: string; options: Record<string, unknown> };
}
export type Call = LoadCall | RunCall;
export type Answer = { seconds: number; text: string; heapBytes: number } | { error: string };

const memories: WebAssembly.Memory[] = [];
const Memory = WebAssembly.Memory;
WebAssembly.Memory = class extends Memory {
  constructor(descriptor: WebAssembly.MemoryDescriptor) {
    super(descriptor);
    memories.push(this);
  }
};
const heapBytes = () => memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0);

let recognize: AutomaticSpeechRecognitionPipeline | null = null;
const samples = new Map<string, Float32Array>();

async function load({ models, model, dtype, device, threads }: LoadCall['load']): Promise<Answer> {
  env.allowRemoteModels = false;
  env.allowLocalModels = true;
  env.localModelPath = models;
  env.useBrowserCache = false;
  // It would start the runtime from a blob: address, which our server forbids.
  env.useWasmCache = false;
  const wasm = env.backends.onnx.wasm!;
  wasm.wasmPaths = { mjs: new URL(glueUrl, location.href).href, wasm: new URL(wasmUrl, location.href).href };
  wasm.numThreads = threads;
  const startedAt = performance.now();
  recognize = await pipeline('automatic-speech-recognition', model, { dtype, device });
  return { seconds: (performance.now() - startedAt) / 1000, text: '', heapBytes: heapBytes() };
}

async function run({ samplesUrl, options }: RunCall['run']): Promise<Answer> {
  if (!recognize) throw new Error('the pipeline is not loaded');
  let audio = samples.get(samplesUrl);
  if (!audio) {
    const response = await fetch(samplesUrl);
    audio = new Float32Array(await response.arrayBuffer());
    samples.set(samplesUrl, audio);
  }
  const startedAt = performance.now();
  const results = [await recognize(audio, options)].flat() as { text: string }[];
  const seconds = (performance.now() - startedAt) / 1000;
  return {
    seconds,
    text: results.map((part) => part.text).join(' '),
    heapBytes: heapBytes(),
  };
}

self.onmessage = async ({ data }: MessageEvent<Call>) => {
  try {
    self.postMessage('load' in data ? await load(data.load) : await run(data.run));
  } catch (error) {
    self.postMessage({
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    } satisfies Answer);
  }
};
