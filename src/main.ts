/** Composition root: makes the parts, connects them, mounts the page. */
import type { JobState } from './jobs/job';
import { createJobQueue } from './jobs/job-queue';
import { DEFAULT_SETTINGS, EMBEDDED_MODEL } from './jobs/job-settings';
import { createPreloader } from './jobs/preload';
import { createRecorder } from './jobs/recording/recorder';
import { createSpeakerCrew } from './jobs/speakers/speaker-crew';
import { createWorkerPair } from './jobs/worker-pair';
import { createGovernor } from './memory/meter';
import { deviceGibibytes, jsHeapBytes } from './memory/page-readings';
import { spawn } from './spawn';
import { openTranscriptStore } from './transcript/store';

/** A job that goes on by itself, or at a word: its model must stay. */
const holdsModel = ({ kind }: JobState): boolean =>
  ['waiting', 'opening', 'working', 'paused', 'elsewhere'].includes(kind);

async function start(target: HTMLElement): Promise<void> {
  const workers = createWorkerPair(spawn);
  const speakerCrew = createSpeakerCrew(spawn);
  if (location.hash === '#/automation') {
    const { mountAutomation } = await import('./ui/automation/automation');
    mountAutomation(target, workers, speakerCrew);
    return;
  }
  const [
    { mountApp },
    { loadMemoryLimit },
    settings,
    { createModelLibrary },
    { keepSpeeds },
    { wordingFor },
    { loadSpeakerChoice },
    { createEvaluation },
    { loadSoundSettings },
  ] = await Promise.all([
    import('./ui/mount'),
    import('./ui/memory/limit-setting'),
    import('./ui/models/model-settings'),
    import('./ui/models/model-library'),
    import('./ui/models/speeds'),
    import('./ui/wording/wording-for-model'),
    import('./ui/speakers/speaker-setting'),
    import('./ui/evaluate/run-evaluation'),
    import('./ui/sound/sound-settings'),
  ]);
  const governor = createGovernor({
    deviceGibibytes: deviceGibibytes(),
    limitMegabytes: loadMemoryLimit(),
    jsHeapBytes,
  });
  const store = openTranscriptStore();
  const ofNewJobs = () => {
    const model = settings.loadModelChoice();
    return {
      ...DEFAULT_SETTINGS,
      ...loadSoundSettings(),
      model,
      ...wordingFor(model),
      diarize: loadSpeakerChoice(),
    };
  };
  const queue = createJobQueue({ workers, speakerCrew, governor, store, settings: ofNewJobs });
  const recorder = createRecorder({
    store,
    workers: createWorkerPair(spawn),
    startWorker: spawn.recorder,
    loadCapture: spawn.capture,
    settings: ofNewJobs,
    onKept: async (again) => {
      await queue.load();
      if (again !== null) await queue.resume(again);
    },
  });
  const library = createModelLibrary({
    startWorker: spawn.models,
    settings,
    isUsed: (address) => queue.jobs.some(({ model, state }) => model === address && holdsModel(state)),
  });
  // Whether it is still there: a browser may have cleared it.
  if (settings.loadModelChoice() !== EMBEDDED_MODEL) void library.load();
  keepSpeeds(queue);
  const preloader = createPreloader({ workers, queue, governor, settings: ofNewJobs });
  preloader.look();
  library.subscribe(preloader.look);
  const evaluate = createEvaluation(spawn.evaluation);
  mountApp(target, { queue, governor, library, recorder, evaluate, loadDenoiser: spawn.denoise });
}

void start(document.querySelector<HTMLElement>('#app')!);
