/**
 * The model of new recordings, loaded while nothing else is done, so that the first words do not wait for it. In: the queue
 * and what new jobs are run with. Out: nothing; whether it worked is the business of the job that comes. Only where memory
 * is not short, and never beside a job.
 */
import type { Governor } from '../memory/meter';
import type { JobQueue } from './job-queue';
import type { JobSettings } from './job-settings';
import { loadOptions, modelReference } from './run-job';
import type { WorkerPair } from './worker-pair';

export interface PreloadOptions {
  workers: WorkerPair;
  queue: JobQueue;
  governor: Governor;
  settings(): JobSettings;
  /** Called when the page has nothing to do. */
  whenIdle?(run: () => void): void;
}

export interface Preloader {
  /** Looks whether the model of new jobs should be loaded; call it at start, and after another one is chosen. */
  look(): void;
}

export function createPreloader({
  workers,
  queue,
  governor,
  settings,
  whenIdle = idle,
}: PreloadOptions): Preloader {
  let asked: string | null = null;
  const load = async () => {
    const wanted = settings();
    if (wanted.model === asked || queue.jobs.some(isBusy) || governor.state.level !== 'NORMAL') return;
    asked = wanted.model;
    const speech = await workers.speech();
    await speech.remote.preload(modelReference(wanted), loadOptions(wanted));
  };
  return { look: () => whenIdle(() => void load().catch(() => undefined)) };
}

const isBusy = ({ state }: JobQueue['jobs'][number]): boolean =>
  state.kind === 'waiting' || state.kind === 'asking' || state.kind === 'opening' || state.kind === 'working';

/** Safari has no idle callbacks: the next turn of the event loop, then. */
function idle(run: () => void): void {
  if ('requestIdleCallback' in window) window.requestIdleCallback(run);
  else setTimeout(run);
}
