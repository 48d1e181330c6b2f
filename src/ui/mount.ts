/** Puts the page into its place. In: an element, the queue and the memory governor. Out: what Svelte's `unmount` takes. */
import { mount } from 'svelte';
import type { JobQueue } from '../jobs/job-queue';
import type { Governor } from '../memory/meter';
import App from './app/App.svelte';

export function mountApp(target: HTMLElement, queue: JobQueue, governor: Governor): Record<string, unknown> {
  return mount(App, { target, props: { queue, governor } });
}
