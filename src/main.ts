/** Composition root: makes the parts, connects them, mounts the page. */
import { createJobQueue } from './jobs/job-queue';
import { DEFAULT_SETTINGS } from './jobs/job-settings';
import { createWorkerPair } from './jobs/worker-pair';
import { createGovernor } from './memory/meter';
import { deviceGibibytes, jsHeapBytes } from './memory/page-readings';
import { spawn } from './spawn';
import { openTranscriptStore } from './transcript/store';

async function start(target: HTMLElement): Promise<void> {
  const workers = createWorkerPair(spawn);
  if (location.hash === '#/automation') {
    const { mountAutomation } = await import('./ui/automation/automation');
    mountAutomation(target, workers);
    return;
  }
  const [{ mountApp }, { loadMemoryLimit }, { loadModelChoice }] = await Promise.all([
    import('./ui/mount'),
    import('./ui/memory/limit-setting'),
    import('./ui/models/model-settings'),
  ]);
  const governor = createGovernor({
    deviceGibibytes: deviceGibibytes(),
    limitMegabytes: loadMemoryLimit(),
    jsHeapBytes,
  });
  const queue = createJobQueue({
    workers,
    governor,
    store: openTranscriptStore(),
    settings: () => ({ ...DEFAULT_SETTINGS, model: loadModelChoice() }),
  });
  mountApp(target, queue, governor);
}

void start(document.querySelector<HTMLElement>('#app')!);
