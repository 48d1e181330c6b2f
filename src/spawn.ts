/** The only place that starts workers. Each call starts a fresh one; who asked for it closes it. */
import { connect, type Connection } from './protocol/connect';
import type { MediaWorker } from './protocol/media';
import type { ModelsWorker } from './protocol/models';
import type { SpeechWorker } from './protocol/speech';

// Vite finds workers by this exact expression, so it cannot be shared.
const startMedia = () =>
  new Worker(new URL('../workers/media.ts', import.meta.url), { type: 'module', name: 'media' });
const startSpeech = () =>
  new Worker(new URL('../workers/speech.ts', import.meta.url), { type: 'module', name: 'speech' });
const startModels = () =>
  new Worker(new URL('../workers/models.ts', import.meta.url), { type: 'module', name: 'models' });

export interface Spawn {
  media(): Promise<Connection<MediaWorker>>;
  speech(): Promise<Connection<SpeechWorker>>;
  models(): Promise<Connection<ModelsWorker>>;
}

export const spawn: Spawn = {
  media: () => connect<MediaWorker>(startMedia(), 'media'),
  speech: () => connect<SpeechWorker>(startSpeech(), 'speech'),
  models: () => connect<ModelsWorker>(startModels(), 'models'),
};
