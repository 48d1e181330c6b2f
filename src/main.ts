/** Composition root: makes the parts, connects them, mounts the page. */
import { createJobQueue } from './jobs/job-queue';
import { DEFAULT_SETTINGS } from './jobs/job-settings';
import { createWorkerPair } from './jobs/worker-pair';
import { spawn } from './spawn';
import { openTranscriptStore } from './transcript/store';

async function start(target: HTMLElement): Promise<void> {
  const workers = createWorkerPair(spawn);
  if (location.hash === '#/automation') {
    const { mountAutomation } = await import('./ui/automation/automation');
    mountAutomation(target, workers);
    return;
  }
  const { mountApp } = await import('./ui/mount');
  const queue = createJobQueue({ workers, store: openTranscriptStore(), settings: DEFAULT_SETTINGS });
  mountApp(target, queue);
}

void start(document.querySelector<HTMLElement>('#app')!);
