/**
 * Something long done to a model, as it is watched and stopped from elsewhere. In: what to run. Out: progress that is
 * pulled, with speed and time left. It goes on whether or not anybody asks.
 */
import { LonghandError } from '../lib/errors';
import { ProgressFeed } from './progress-feed';
import type { StoredModel } from './stored-model';
import { TransferRate } from './transfer-rate';

/** How far a task is. Bytes are of all that it has to do. */
export interface ModelStep {
  activity: 'listing' | 'downloading' | 'importing' | 'quantizing' | 'checking';
  /** Under way now; null between files. */
  file: string | null;
  doneBytes: number;
  /** Null while unknown. */
  sizeBytes: number | null;
  /** Why nothing moves: asked again after so many seconds. */
  waiting: { host: string; seconds: number; answer: string } | null;
}

export interface ModelProgress extends ModelStep {
  bytesPerSecond: number | null;
  secondsLeft: number | null;
  /** The model once all is done; null before. */
  model: StoredModel | null;
}

export interface ModelTask {
  /** The newest progress not given before; the last has `model`. Throws what the task threw. One call at a time. */
  next(): Promise<ModelProgress>;
  /** Stops it and waits until it has stopped. Harmless at the end. */
  close(): Promise<void>;
}

export type RunModelTask = (tell: (step: ModelStep) => void, signal: AbortSignal) => Promise<StoredModel>;

export function startModelTask(run: RunModelTask, signal: AbortSignal): ModelTask {
  const feed = new ProgressFeed<ModelProgress>();
  const closing = new AbortController();
  let rate = new TransferRate();
  let last: ModelProgress | null = null;
  const tell = (step: ModelStep) => {
    if (last?.activity !== step.activity) rate = new TransferRate();
    const pace = rate.look(step.doneBytes, step.sizeBytes, performance.now() / 1000);
    last = { ...step, ...pace, model: null };
    feed.tell(last);
  };
  const done = run(tell, AbortSignal.any([signal, closing.signal])).then(
    (model) => {
      const bytes = model.storedBytes;
      const end = {
        activity: 'downloading',
        file: null,
        doneBytes: bytes,
        sizeBytes: bytes,
        waiting: null,
      } as const;
      feed.end({ ...(last ?? { ...end, bytesPerSecond: null }), secondsLeft: 0, model });
    },
    (error: unknown) => feed.fail(error),
  );
  return {
    next: () => feed.next(),
    async close() {
      closing.abort(new LonghandError('internal/closed', { what: 'model task' }));
      await done;
    },
  };
}
