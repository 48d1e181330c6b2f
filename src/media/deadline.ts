/**
 * Media that loops for ever must not hang a job: a step without an answer for this long fails with `media/stalled`.
 * A step that waits for bytes is given more time: the network has deadlines of its own.
 */
import { LonghandError } from '../lib/errors';
import type { ByteSource } from './bytes/byte-source';

const LONGEST_STEP_SECONDS = 10;

export async function withDeadline<T>(
  step: Promise<T>,
  bytes: Pick<ByteSource, 'name' | 'waits'>,
  atSeconds: number,
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stalled = new Promise<never>((_, reject) => {
    const start = () => {
      timer = setTimeout(() => (bytes.waits ? start() : fail()), LONGEST_STEP_SECONDS * 1000);
    };
    const fail = () => {
      const values = { name: bytes.name, atSeconds, waitedSeconds: LONGEST_STEP_SECONDS };
      reject(new LonghandError('media/stalled', values));
    };
    start();
  });
  try {
    return await Promise.race([step, stalled]);
  } finally {
    clearTimeout(timer);
  }
}
