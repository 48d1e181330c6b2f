/** Starts the pipeline's worker and passes calls on, one at a time: what the benchmarks drive. */
import type { Answer, Call } from './pipeline.worker';

const worker = new Worker(new URL('./pipeline.worker.ts', import.meta.url), { type: 'module' });

function call(message: Call): Promise<Answer> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      if ('error' in data) reject(new Error(data.error));
      else resolve(data);
    };
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(message);
  });
}

declare global {
  var opponent: (message: Call) => Promise<Answer>;
}
globalThis.opponent = call;
