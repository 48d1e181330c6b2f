import { afterAll, expect, test } from 'vitest';
import { cdp } from 'vitest/browser';
import { loadWasmRuntime, wasmHeapBytes } from '../../../src/lib/onnx-runtime';
import { openIntake } from '../../../src/models/intake';
import { createInitializer, GraphBuilder } from '../../../src/models/patch/graph-builder';
import { graphPatches } from '../../../src/models/patch/graph-patches';
import { describeTensor, ElementType, writeGraph } from '../../../src/models/patch/onnx-model';
import { Message } from '../../../src/models/patch/protobuf';
import { openPieceStore } from '../../../src/models/piece-store';
import { createStoredModelFiles } from '../../../src/models/stored-model-files';
import { freshDatabase } from './model-host';

const { signal } = new AbortController();
const { float32, int8 } = ElementType;
const WIDTH = 1024;
const LAYERS = 100;
const database = freshDatabase();
afterAll(() => indexedDB.deleteDatabase(database));

/** Products of int8 matrices, one after the other, as a quantized model has them: `x` and `y` float32 `[n, 1024]`. */
function integerModel(layers: number): Message {
  const builder = new GraphBuilder('model');
  const weight = Int8Array.from({ length: WIDTH * WIDTH }, (_, at) => (at % 127) - 63);
  let value = 'x';
  for (let layer = 0; layer < layers; layer++) {
    builder.use(createInitializer(`w${layer}`, int8, [WIDTH, WIDTH], new Uint8Array(weight.buffer)));
    const [integers, scale, zero] = ['integers', 'scale', 'zero'].map((name) => builder.fresh(name));
    builder.nodeWithOutputs('DynamicQuantizeLinear', [value], [integers!, scale!, zero!]);
    const product = builder.node('MatMulInteger', [integers!, `w${layer}`, zero!]);
    value = builder.node('Mul', [builder.node('Cast', [product], { to: float32 }), scale!]);
  }
  builder.nodeWithOutputs('Identity', [value], ['y']);
  const graph = writeGraph({
    nodes: builder.nodes,
    initializers: builder.initializers,
    inputs: [describeTensor('x', float32, ['n', WIDTH])],
    outputs: [describeTensor('y', float32, ['n', WIDTH])],
    valueDescriptions: [],
    others: [],
  });
  graph.string(2, 'layers');
  return new Message().integer(1, 8).message(7, graph).message(8, new Message().string(1, '').integer(2, 18));
}

/**
 * Bytes of JavaScript and its buffers, after a garbage collection, asked of the browser's debugger:
 * `measureUserAgentSpecificMemory()` waits for every worker of the origin, and ONNX Runtime's threads of other tests,
 * asleep on a lock, do not answer.
 */
async function usedBytes(): Promise<number> {
  const session = cdp() as unknown as {
    send(method: string): Promise<{ usedSize: number; backingStorageSize: number }>;
  };
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize, backingStorageSize } = await session.send('Runtime.getHeapUsage');
  return usedSize + backingStorageSize;
}

test('a model of 100 MB: at most 2.2 times its size while it loads, 1.2 times when it is loaded', async () => {
  const store = openPieceStore(database);
  const path = 'onnx/model.onnx';
  const intake = await openIntake(store, 'a/b', { path, sizeBytes: null, sha256: null }, 8 * 1024 * 1024);
  for (const piece of integerModel(LAYERS).pieces) await intake.add(piece);
  const { sizeBytes } = (await intake.finish())!;
  const ort = await loadWasmRuntime(1);
  const first = await ort.InferenceSession.create(integerModel(1).join());
  await first.release();

  const heapBefore = wasmHeapBytes();
  const load = async () => {
    const file = await createStoredModelFiles(store, 'a/b').read(path, { signal });
    const graph = graphPatches.asExported(file!);
    const externalData = [{ path: graphPatches.weightsPath, data: file! }];
    return {
      session: await ort.InferenceSession.create(graph, { externalData }),
      fileBytes: file!.byteLength,
    };
  };
  const { session, fileBytes } = await load();
  // The heap never shrinks, so its size now is its peak; beside it lay the file, in one buffer.
  const heapGrowth = wasmHeapBytes() - heapBefore;
  expect(heapGrowth + fileBytes).toBeLessThanOrEqual(2.2 * sizeBytes!);
  expect(heapGrowth).toBeLessThanOrEqual(1.2 * sizeBytes!);
  // And nobody holds the file any more.
  expect(await usedBytes()).toBeLessThan(0.8 * sizeBytes!);

  const x = new ort.Tensor('float32', new Float32Array(WIDTH).fill(1), [1, WIDTH]);
  const { y } = await session.run({ x });
  expect(y!.dims).toEqual([1, WIDTH]);
  y!.dispose();
  await session.release();
});
