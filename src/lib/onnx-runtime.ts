/**
 * ONNX Runtime, loaded once per worker and backend. In: which backend, how many threads. Out: its API and the size
 * of its heap. The one decision to know: the glue script and the WASM binary are files of our own origin, given by
 * address, so that ORT starts its threads from that script and needs no blob worker (`worker-src 'self'` holds).
 * Tensors and runs go through `lib/tensor-scope.ts`, which counts and frees them.
 */
import wasmGlueUrl from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import wasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import webgpuGlueUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import webgpuUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';

export type OnnxRuntime = typeof import('onnxruntime-web');

/** The more threads, the more they wait for each other: ORT's WASM kernels gain little beyond four. */
const MOST_THREADS = 4;

/** Threads that `wanted` comes to here; 0 chooses, and without cross-origin isolation there is only one. */
export function wasmThreads(wanted: number): number {
  if (!crossOriginIsolated) return 1;
  return wanted > 0 ? wanted : Math.min(MOST_THREADS, navigator.hardwareConcurrency);
}

let wasmRuntime: Promise<OnnxRuntime> | null = null;
let webgpuRuntime: Promise<OnnxRuntime> | null = null;

/**
 * The runtime with the CPU kernels. `threads` counts at the first call; later calls get the same runtime. Nothing of
 * WASM is fetched before the first session is created.
 */
export function loadWasmRuntime(threads: number): Promise<OnnxRuntime> {
  recordMemories();
  wasmRuntime ??= import('onnxruntime-web/wasm').then((ort) =>
    configure(ort, { mjs: wasmGlueUrl, wasm: wasmUrl }, threads),
  );
  return wasmRuntime;
}

/** The runtime with the WebGPU kernels (a second, larger binary), loaded only where WebGPU was chosen. */
export function loadWebgpuRuntime(): Promise<OnnxRuntime> {
  recordMemories();
  webgpuRuntime ??= import('onnxruntime-web/webgpu').then((ort) =>
    configure(ort, { mjs: webgpuGlueUrl, wasm: webgpuUrl }, 1),
  );
  return webgpuRuntime;
}

function configure(ort: OnnxRuntime, paths: { mjs: string; wasm: string }, threads: number): OnnxRuntime {
  // Absolute, since ORT resolves a relative address against its own script.
  ort.env.wasm.wasmPaths = {
    mjs: new URL(paths.mjs, self.location.href).href,
    wasm: new URL(paths.wasm, self.location.href).href,
  };
  ort.env.wasm.numThreads = threads;
  ort.env.logLevel = 'error';
  return ort;
}

const memories: WebAssembly.Memory[] = [];
let recording = false;

/**
 * ORT keeps its heap to itself, but its glue script makes it with `new WebAssembly.Memory` in this thread: from the
 * first load on, every memory made here is remembered. They never shrink, so nothing is lost by holding them.
 */
function recordMemories(): void {
  if (recording) return;
  recording = true;
  const Memory = WebAssembly.Memory;
  WebAssembly.Memory = class extends Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      super(descriptor);
      // ORT makes an empty one to reach SharedArrayBuffer where that name is hidden.
      if (descriptor.maximum !== 0) memories.push(this);
    }
  };
}

/** Bytes of all WASM heaps made by script in this thread since the runtime was first loaded. */
export function wasmHeapBytes(): number {
  return memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
}
