/** What lives outside Svelte, readable inside it: the queue of jobs, the use of memory and the address. */
import { on } from 'svelte/events';
import { createSubscriber } from 'svelte/reactivity';
import type { JobQueue } from '../../jobs/job-queue';
import type { Recorder } from '../../jobs/recording/recorder';
import type { RecordingView } from '../../jobs/recording/recording-view';
import type { Governor } from '../../memory/meter';
import type { MemoryView } from '../memory/memory-view';
import type { LibraryView, ModelLibrary } from '../models/model-library';
import { parseRoute, type Route } from './route';

/** Reading `jobs` or `order` in a component follows the queue for as long as the component lives. */
export function watchJobs(queue: JobQueue): Pick<JobQueue, 'jobs' | 'order'> {
  const follow = createSubscriber((update) => queue.subscribe(update));
  return {
    get jobs() {
      follow();
      return queue.jobs;
    },
    get order() {
      follow();
      return queue.order;
    },
  };
}

/** Reading `view` in a component follows the models. */
export function watchModels(library: ModelLibrary): { readonly view: LibraryView } {
  const follow = createSubscriber((update) => library.subscribe(update));
  return {
    get view() {
      follow();
      return library.view;
    },
  };
}

/** Reading `view` in a component follows the recorder. */
export function watchRecorder(recorder: Recorder): { readonly view: RecordingView } {
  const follow = createSubscriber((update) => recorder.subscribe(update));
  return {
    get view() {
      follow();
      return recorder.view;
    },
  };
}

/** Reading `state` or `history` in a component follows the governor. */
export function watchMemory(governor: Governor): MemoryView {
  const follow = createSubscriber((update) => governor.subscribe(update));
  return {
    get state() {
      follow();
      return governor.state;
    },
    get history() {
      follow();
      return governor.history;
    },
    get limitMegabytes() {
      follow();
      return governor.limitMegabytes;
    },
    setLimit: (megabytes) => governor.setLimit(megabytes),
  };
}

export function watchRoute(): { readonly current: Route } {
  const follow = createSubscriber((update) => on(window, 'hashchange', update));
  return {
    get current() {
      follow();
      return parseRoute(location.hash);
    },
  };
}
