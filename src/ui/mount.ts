/** Puts the page into its place. In: an element and the parts that it shows. Out: what Svelte's `unmount` takes. */
import { mount } from 'svelte';
import type { JobQueue } from '../jobs/job-queue';
import type { Recorder } from '../jobs/recording/recorder';
import type { RunEvaluation } from './evaluate/run-evaluation';
import type { Governor } from '../memory/meter';
import App from './app/App.svelte';
import type { LoadDenoiser } from './player/clean-sound';
import type { ModelLibrary } from './models/model-library';

export interface AppParts {
  queue: JobQueue;
  governor: Governor;
  library: ModelLibrary;
  recorder: Recorder;
  evaluate: RunEvaluation;
  loadDenoiser: LoadDenoiser;
}

export function mountApp(target: HTMLElement, parts: AppParts): Record<string, unknown> {
  return mount(App, { target, props: parts });
}
