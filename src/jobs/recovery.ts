/**
 * What is done about a failure in the middle of a job. In: failures, one after the other, and the progress between
 * them. Out: whether starting the workers afresh helps, and on which backend. One for each job.
 */
import type { LonghandError } from '../lib/errors';
import type { JobSettings } from './job-settings';

/** More failures than this without any progress between them, and the failure is not one that passes. */
const FAILURES_WITHOUT_PROGRESS = 3;
/** After so many losses of the graphics device in one job the processor takes over (design, section 5). */
const DEVICE_LOSSES = 3;

export interface Recovery {
  readonly backend: JobSettings['backend'];
  /** True where the job should go on from its checkpoint with fresh workers. */
  survives(error: LonghandError): boolean;
  progressed(): void;
}

export function createRecovery(wanted: JobSettings['backend']): Recovery {
  let backend = wanted;
  let failures = 0;
  let deviceLosses = 0;
  return {
    get backend() {
      return backend;
    },
    survives({ code }) {
      if (code === 'speech/device-lost' || code === 'speech/garbage-logits') {
        deviceLosses++;
        if (deviceLosses >= DEVICE_LOSSES) backend = 'wasm';
      } else if (code === 'speech/out-of-memory') {
        // What the graphics card cannot hold, main memory often can; and there the governor's ladder is longer.
        backend = 'wasm';
      } else if (code !== 'worker/dead') {
        return false;
      }
      return ++failures <= FAILURES_WITHOUT_PROGRESS;
    },
    progressed() {
      failures = 0;
    },
  };
}
