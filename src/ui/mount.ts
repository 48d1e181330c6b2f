/** Mounts the page; apart from `main.ts`, so that the command line's page does not load it. */
import { mount } from 'svelte';
import type { JobQueue } from '../jobs/job-queue';
import App from './app/App.svelte';

export function mountApp(target: HTMLElement, queue: JobQueue): void {
  mount(App, { target, props: { queue } });
}
