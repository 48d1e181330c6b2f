/** What lives outside Svelte, readable inside it: the queue of jobs and the address. */
import { on } from 'svelte/events';
import { createSubscriber } from 'svelte/reactivity';
import type { JobQueue, JobView } from '../../jobs/job-queue';
import { parseRoute, type Route } from './route';

/** Reading `jobs` in a component follows the queue for as long as the component lives. */
export function watchJobs(queue: JobQueue): { readonly jobs: readonly JobView[] } {
  const follow = createSubscriber((update) => queue.subscribe(update));
  return {
    get jobs() {
      follow();
      return queue.jobs;
    },
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
