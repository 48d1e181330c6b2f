/** What the tests of models share: a session of the model server, and patience that costs no time. */
import { inject } from 'vitest';
import type { Fault, LoggedRequest } from '../../../tools/model-server/fault';

export interface TestHost {
  url: string;
  fail(...faults: Fault[]): Promise<void>;
  log(): Promise<LoggedRequest[]>;
}

export function openTestHost(): TestHost {
  const url = `${inject('modelServerUrl')}/s/${crypto.randomUUID()}`;
  return {
    url,
    fail: async (...faults) => {
      await fetch(`${url}/faults`, { method: 'PUT', body: JSON.stringify(faults) });
    },
    log: async () => (await (await fetch(`${url}/log`)).json()) as LoggedRequest[],
  };
}

export const NO_WAITING = { retries: 3, firstWaitSeconds: 0, longestWaitSeconds: 0 };

export const EMBEDDED = { id: 'longhand/embedded', revision: 'main' };
export const ENCODER = 'onnx/encoder_model_quantized.onnx';
export const DECODER = 'onnx/decoder_model_merged_quantized.onnx';

export const freshDatabase = (): string => `longhand-models-test-${crypto.randomUUID()}`;

/** Random numbers that are the same in every run (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
