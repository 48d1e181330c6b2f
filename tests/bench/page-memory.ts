/**
 * Memory of a page and its workers, asked of the browser's own debugger. In: a page of an app whose workers were made
 * to count their WASM memories (`countWasmMemories`), at rest between two batches (a
 * worker in the middle of a run does not answer). Out: bytes of JavaScript with its buffers, after a garbage
 * collection, so that readings compare, and of every WASM memory, shared or not. WASM heaps never shrink, so a
 * reading between batches has their highest point within a batch too.
 *
 * Not `performance.measureUserAgentSpecificMemory()`: it waits for every worker, and ONNX Runtime's threads, asleep on
 * a lock, do not answer (Chromium 156: one reading in two minutes). And not the debugger's `Runtime.queryObjects` for
 * the WASM memories: it crashes the renderer in a worker with one (same version).
 */
import type { CDPSession, Page } from 'playwright';
import { prependToWorkers } from './worker-scripts';

export interface PageMemory {
  jsBytes: number;
  wasmBytes: number;
}

export interface MemoryProbe {
  read(): Promise<PageMemory>;
}

/** Runs first in a worker: remembers every memory made by script or exported by a module. */
const COUNTER = `{
  const { Memory, Instance } = WebAssembly;
  const memories = new Set();
  const remember = (instance) => {
    for (const one of Object.values(instance.exports)) if (one instanceof Memory) memories.add(one);
  };
  WebAssembly.Memory = class extends Memory {
    constructor(descriptor) { super(descriptor); memories.add(this); }
  };
  WebAssembly.Instance = class extends Instance {
    constructor(...args) { super(...args); remember(this); }
  };
  for (const name of ['instantiate', 'instantiateStreaming']) {
    const original = WebAssembly[name];
    WebAssembly[name] = async (...args) => {
      const result = await original(...args);
      remember(result.instance ?? result);
      return result;
    };
  }
  globalThis.longhandWasmBytes = () => [...memories].reduce((sum, one) => sum + one.buffer.byteLength, 0);
}
`;

/** For a copy of a built app, never the app itself. */
export const countWasmMemories = (appFolder: string): Promise<void> => prependToWorkers(appFolder, COUNTER);

/** Commands to one JavaScript world: the page, or a worker of it. */
type Send = <T>(method: string, params?: Record<string, unknown>) => Promise<T>;

export async function openMemoryProbe(page: Page): Promise<MemoryProbe> {
  const session = await page.context().newCDPSession(page);
  const workers = await attachWorkers(session);
  const ofPage: Send = (method, params) => session.send(method as 'Runtime.enable', params) as Promise<never>;
  return {
    async read() {
      const parts = await Promise.all([ofPage, ...workers.values()].map(readWorld));
      return {
        jsBytes: parts.reduce((sum, part) => sum + part.jsBytes, 0),
        wasmBytes: parts.reduce((sum, part) => sum + part.wasmBytes, 0),
      };
    },
  };
}

interface HeapUsage {
  usedSize: number;
  embedderHeapUsedSize: number;
  backingStorageSize: number;
}

async function readWorld(send: Send): Promise<PageMemory> {
  await send('HeapProfiler.collectGarbage');
  const heap = await send<HeapUsage>('Runtime.getHeapUsage');
  const { result: wasm } = await send<{ result: { value: number } }>('Runtime.evaluate', {
    expression: 'globalThis.longhandWasmBytes?.() ?? 0',
  });
  return {
    jsBytes: heap.usedSize + heap.embedderHeapUsedSize + heap.backingStorageSize,
    wasmBytes: wasm.value,
  };
}

/** Dedicated workers that the page started or will start; those that they start in turn (threads) share their heaps. */
async function attachWorkers(session: CDPSession): Promise<Map<string, Send>> {
  const workers = new Map<string, Send>();
  const waiting = new Map<number, (answer: unknown) => void>();
  let lastId = 0;
  session.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
    if (targetInfo.type !== 'worker') return;
    workers.set(
      sessionId,
      (method, params = {}) =>
        new Promise((resolve, reject) => {
          const id = (lastId += 1);
          waiting.set(id, resolve as (answer: unknown) => void);
          const message = JSON.stringify({ id, method, params });
          session.send('Target.sendMessageToTarget', { sessionId, message }).catch(reject);
        }),
    );
  });
  session.on('Target.detachedFromTarget', ({ sessionId }) => workers.delete(sessionId));
  session.on('Target.receivedMessageFromTarget', ({ message }) => {
    const { id, result } = JSON.parse(message) as { id?: number; result?: unknown };
    if (id === undefined) return;
    waiting.get(id)?.(result);
    waiting.delete(id);
  });
  // Not flattened: Playwright's sessions speak to one target, so messages to workers travel inside those to the page.
  await session.send('Target.setAutoAttach', {
    autoAttach: true,
    waitForDebuggerOnStart: false,
    flatten: false,
  });
  return workers;
}
