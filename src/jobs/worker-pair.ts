/**
 * The workers a job runs on: one reads the recording, one recognizes speech. Started when first needed, shared by
 * all jobs so that the model is loaded once, and started afresh after one has died.
 */
import type { Connection } from '../protocol/connect';
import type { MediaWorker } from '../protocol/media';
import type { SpeechWorker } from '../protocol/speech';

export interface Spawn {
  media(): Promise<Connection<MediaWorker>>;
  speech(): Promise<Connection<SpeechWorker>>;
}

export interface WorkerPair {
  media(): Promise<Connection<MediaWorker>>;
  speech(): Promise<Connection<SpeechWorker>>;
  /** Ends both at once, whatever they do; the next call starts fresh ones. */
  restart(): void;
}

export function createWorkerPair(spawn: Spawn): WorkerPair {
  const media = createShared(spawn.media);
  const speech = createShared(spawn.speech);
  return {
    media: media.get,
    speech: speech.get,
    restart() {
      media.end();
      speech.end();
    },
  };
}

/** One worker for all who ask, until it dies or is ended. */
export function createShared<T>(start: () => Promise<Connection<T>>) {
  let current: Promise<Connection<T>> | null = null;
  const forget = (ended: Promise<Connection<T>>) => {
    if (current === ended) current = null;
  };
  const get = (): Promise<Connection<T>> => {
    if (current) return current;
    const starting = start();
    current = starting;
    starting.then(
      (connection) => connection.died.addEventListener('abort', () => forget(starting), { once: true }),
      () => forget(starting),
    );
    return starting;
  };
  const end = () => {
    current?.then(
      (connection) => connection.close(),
      () => undefined,
    );
    current = null;
  };
  return { get, end };
}
