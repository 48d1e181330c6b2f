/**
 * One job from source to stored text: the loop that says it all.
 * In: a source, its settings, where to go on from. Out: batches of segments, each stored with its checkpoint before
 * anyone sees it. Errors that may pass (a dead worker, a lost graphics device) are answered by starting the workers
 * afresh and going on from the checkpoint.
 */
import * as Comlink from 'comlink';
import { abortable } from '../lib/abort';
import { isLonghandError, toLonghandError, type LonghandError } from '../lib/errors';
import { Scope } from '../lib/scope';
import type { Source } from '../media/source';
import type { AudioDescription } from '../protocol/media';
import type { BatchResult, RecognizerDescription } from '../protocol/speech';
import type { JobSettings } from './job-settings';
import type { WorkerPair } from './worker-pair';

export interface JobEvents {
  /** The recording was opened; called again after a restart. */
  onAudio(audio: AudioDescription): void;
  /** The model is loaded; called again after a restart. */
  onRecognizer(recognizer: RecognizerDescription): void;
  /** Store it before returning: the job goes on only then. */
  onResult(result: BatchResult): Promise<void>;
  /** A failure that the job survived. */
  onRestart(error: LonghandError): void;
  onClosed(end: { liveTensors: number }): void;
}

export interface JobInput {
  source: Source;
  settings: JobSettings;
  /** Where a resumed job goes on, 0 for a new one. */
  checkpointSeconds: number;
}

export interface JobOptions {
  workers: WorkerPair;
  events: JobEvents;
  signal: AbortSignal;
}

/** More restarts than this without any progress between them, and the failure is not one that passes. */
const RESTARTS_WITHOUT_PROGRESS = 2;
/** How long a worker may take to hear an abort before it is ended. */
const ABORT_GRACE_MS = 2_000;

/** Resolves when everything is stored. Throws the failure that ended the job, or `signal.reason`. */
export async function runJob(input: JobInput, { workers, events, signal }: JobOptions): Promise<void> {
  let checkpointSeconds = input.checkpointSeconds;
  let failures = 0;
  const onResult = async (result: BatchResult): Promise<void> => {
    await events.onResult(result);
    checkpointSeconds = result.checkpointSeconds;
    failures = 0;
  };
  for (;;) {
    try {
      await runOnce({ ...input, checkpointSeconds }, { workers, events: { ...events, onResult }, signal });
      return;
    } catch (thrown) {
      signal.throwIfAborted();
      const error = toLonghandError(thrown);
      if (!restartHelps(error) || ++failures > RESTARTS_WITHOUT_PROGRESS) throw error;
      workers.restart();
      events.onRestart(error);
    }
  }
}

const restartHelps = (error: LonghandError): boolean =>
  error.code === 'worker/dead' ||
  error.code === 'speech/device-lost' ||
  error.code === 'speech/garbage-logits';

async function runOnce(input: JobInput, { workers, events, signal }: JobOptions): Promise<void> {
  const { settings, source, checkpointSeconds } = input;
  await using scope = new Scope();
  scope.add(endAfterGrace(workers, signal));
  const [media, speech] = await abortable(Promise.all([workers.media(), workers.speech()]), signal);
  const { port1: chunksOut, port2: chunksIn } = new MessageChannel();

  const audio = await media.remote.openAudio(
    source,
    { fromSeconds: checkpointSeconds, voiceActivity: settings.voiceActivity },
    Comlink.transfer(chunksOut, [chunksOut]),
    signal,
  );
  scope.add(() => audio.close().catch(ignoreDeath));
  events.onAudio(await audio.describe());

  const recognizer = await speech.remote.openRecognizer(
    { url: new URL(settings.model, document.baseURI).href },
    { backend: settings.backend, threads: settings.threads, language: settings.language },
    Comlink.transfer(chunksIn, [chunksIn]),
    signal,
  );
  scope.add(() => recognizer.close().then(events.onClosed, ignoreDeath));
  events.onRecognizer(await recognizer.describe());

  for (let ended = false; !ended;) {
    signal.throwIfAborted();
    const result = await recognizer.next({ batch: 1, chunkSeconds: settings.chunkSeconds });
    await events.onResult(result);
    ended = result.ended;
  }
}

/** With its worker, a handle is gone too: closing it has nothing left to do. */
function ignoreDeath(error: unknown): void {
  if (!isLonghandError(error, 'worker/dead')) throw error;
}

/** A worker that computes hears nothing; one that has not answered an abort within the grace is ended. */
function endAfterGrace(workers: WorkerPair, signal: AbortSignal): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const onAbort = () => {
    timer = setTimeout(() => workers.restart(), ABORT_GRACE_MS);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  return () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  };
}
