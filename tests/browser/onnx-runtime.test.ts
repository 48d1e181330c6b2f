import { expect, test } from 'vitest';
import { loadWasmRuntime, wasmHeapBytes, wasmThreads } from '../../src/lib/onnx-runtime';
import { TensorLedger, TensorScope } from '../../src/lib/tensor-scope';

test('the runtime opens a model with threads started from our own origin, and every tensor is freed', async () => {
  const workers: string[] = [];
  const OriginalWorker = globalThis.Worker;
  globalThis.Worker = class extends OriginalWorker {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      workers.push(String(url));
    }
  };
  try {
    expect(wasmThreads(2)).toBe(2);
    const ort = await loadWasmRuntime(2);
    const session = await ort.InferenceSession.create('/models/embedded/onnx/encoder_model_quantized.onnx', {
      executionProviders: ['wasm'],
    });
    expect(workers.length).toBeGreaterThan(0);
    for (const url of workers) expect(new URL(url).origin).toBe(location.origin);
    expect(wasmHeapBytes()).toBeGreaterThan(16 * 2 ** 20);
    const ledger = new TensorLedger();
    {
      using scope = new TensorScope(ort, ledger);
      const mel = scope.tensor('float32', new Float32Array(80 * 3000), [1, 80, 3000]);
      const { last_hidden_state: states } = await scope.run(session, { input_features: mel }, [
        'last_hidden_state',
      ]);
      expect(states.dims).toEqual([1, 1500, 256]);
      expect(ledger.count).toEqual({ tensors: 2, bytes: (80 * 3000 + 1500 * 256) * 4, gpuBytes: 0 });
    }
    expect(ledger.count).toEqual({ tensors: 0, bytes: 0, gpuBytes: 0 });
    await session.release();
  } finally {
    globalThis.Worker = OriginalWorker;
  }
});
