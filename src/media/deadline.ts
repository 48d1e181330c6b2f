/** Media that loops for ever must not hang a job: a step without an answer for this long fails with `media/stalled`. */
import { LonghandError } from '../lib/errors';

const LONGEST_STEP_SECONDS = 10;

export async function withDeadline<T>(step: Promise<T>, name: string, atSeconds: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stalled = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(new LonghandError('media/stalled', { name, atSeconds, waitedSeconds: LONGEST_STEP_SECONDS })),
      LONGEST_STEP_SECONDS * 1000,
    );
  });
  try {
    return await Promise.race([step, stalled]);
  } finally {
    clearTimeout(timer);
  }
}
