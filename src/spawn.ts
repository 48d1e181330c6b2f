/** The only place that starts workers. Each call starts a fresh one; who asked for it closes it. */
import { connect, type Connection } from './protocol/connect';
import type { EvaluationWorker } from './protocol/evaluation';
import type { MediaWorker } from './protocol/media';
import type { ModelsWorker } from './protocol/models';
import type { RecorderWorker } from './protocol/recorder';
import type { SpeakersWorker } from './protocol/speakers';
import type { SpeechWorker } from './protocol/speech';
import captureModule from '../workers/capture?worker&url';
import denoiseModule from '../workers/denoise?worker&url';

// Vite finds workers by this exact expression, so it cannot be shared.
const startMedia = () =>
  new Worker(new URL('../workers/media.ts', import.meta.url), { type: 'module', name: 'media' });
const startSpeech = () =>
  new Worker(new URL('../workers/speech.ts', import.meta.url), { type: 'module', name: 'speech' });
const startSpeakers = () =>
  new Worker(new URL('../workers/speakers.ts', import.meta.url), { type: 'module', name: 'speakers' });
const startModels = () =>
  new Worker(new URL('../workers/models.ts', import.meta.url), { type: 'module', name: 'models' });

const startRecorder = () =>
  new Worker(new URL('../workers/recorder.ts', import.meta.url), { type: 'module', name: 'recorder' });
const startEvaluation = () =>
  new Worker(new URL('../workers/evaluation.ts', import.meta.url), { type: 'module', name: 'evaluation' });

export interface Spawn {
  media(): Promise<Connection<MediaWorker>>;
  speech(): Promise<Connection<SpeechWorker>>;
  speakers(): Promise<Connection<SpeakersWorker>>;
  models(): Promise<Connection<ModelsWorker>>;
  recorder(): Promise<Connection<RecorderWorker>>;
  evaluation(): Promise<Connection<EvaluationWorker>>;
  /** Loads `workers/capture.ts` into the context's audio thread. */
  capture(context: AudioContext): Promise<void>;
  /** Loads `workers/denoise.ts` into the context's audio thread. */
  denoise(context: BaseAudioContext): Promise<void>;
}

export const spawn: Spawn = {
  media: () => connect<MediaWorker>(startMedia(), 'media'),
  speech: () => connect<SpeechWorker>(startSpeech(), 'speech'),
  speakers: () => connect<SpeakersWorker>(startSpeakers(), 'speakers'),
  models: () => connect<ModelsWorker>(startModels(), 'models'),
  recorder: () => connect<RecorderWorker>(startRecorder(), 'recorder'),
  evaluation: () => connect<EvaluationWorker>(startEvaluation(), 'evaluation'),
  capture: (context) => context.audioWorklet.addModule(captureModule),
  denoise: (context) => context.audioWorklet.addModule(denoiseModule),
};
