/** A worker for the tests of the protocol: it does everything that real ones do wrong. */
import { LonghandError } from '../../../src/lib/errors';
import { serve, handle } from '../../../src/protocol/serve';
import { serveChunks } from '../../../src/protocol/chunk-port';

const service = {
  echo: <T>(value: T): T => value,
  fail: (): never => {
    throw new LonghandError(
      'media/stalled',
      { name: 'a.mp3', atSeconds: 3, waitedSeconds: 10 },
      { retryable: true, cause: new Error('the disk sleeps') },
    );
  },
  die: (): Promise<never> => {
    self.close();
    return new Promise<never>(() => undefined);
  },
  untilAborted: (signal: AbortSignal): Promise<string> =>
    new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve((signal.reason as LonghandError).code));
    }),
  openCounter: () => {
    let count = 0;
    return handle({ next: () => ++count, close: () => Promise.resolve() });
  },
  produce: (port: MessagePort) => {
    let index = 0;
    serveChunks(port, {
      next: ({ count }) => {
        if (index === 4) return Promise.reject(new LonghandError('media/empty-file', { name: 'x' }));
        const chunks = Array.from({ length: count }, () => ({
          index,
          startSeconds: index,
          endSeconds: ++index,
          samples: new Float32Array(16_000),
          speech: [],
          voice: null,
        }));
        const stageSeconds = { decode: 0, resample: 0, voiceActivity: 0 };
        return Promise.resolve({
          chunks,
          gaps: [],
          readSeconds: index,
          voice: null,
          stageSeconds,
          heapBytes: 0,
          ended: index >= 4,
        });
      },
      close: () => undefined,
    });
  },
};

export type EchoService = typeof service;

void serve(service);
