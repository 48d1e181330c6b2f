/** Puts the page into its place. In: an element and the queue. The only door from the composition root to Svelte. */
import { mount } from 'svelte';
import type { JobQueue } from '../jobs/job-queue';
import App from './app/App.svelte';

export function mountApp(target: HTMLElement, queue: JobQueue): void {
  mount(App, { target, props: { queue } });
}
