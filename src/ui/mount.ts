/** Puts the page into its place. In: an element and the queue. Out: what Svelte's `unmount` takes. */
import { mount } from 'svelte';
import type { JobQueue } from '../jobs/job-queue';
import App from './app/App.svelte';

export function mountApp(target: HTMLElement, queue: JobQueue): Record<string, unknown> {
  return mount(App, { target, props: { queue } });
}
