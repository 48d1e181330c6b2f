/**
 * The text of a recording under way. In: the recorder, which serves the file as it grows. Out: batches of settled
 * segments, and what is not settled yet. Each channel is heard by itself, in turn, so that two people who speak at
 * once are both understood. Failures that may pass are answered as in `run-job`: fresh workers, on from the
 * checkpoint; the recorder is not one of them and hears nothing of it.
 */
import * as Comlink from 'comlink';
import { abortable } from '../../lib/abort';
import { isLonghandError, toLonghandError } from '../../lib/errors';
import { Scope } from '../../lib/scope';
import { BEGINNING, type Checkpoint } from '../../protocol/checkpoint';
import type { Remote } from '../../protocol/connect';
import type { RecorderHandle, RecordingShape } from '../../protocol/recorder';
import type {
  BatchResult,
  RecognizerDescription,
  RecognizerHandle,
  SpeechBudget,
} from '../../protocol/speech';
import { textWishes, type JobSettings } from '../job-settings';
import { createRecovery } from '../recovery';
import type { WorkerPair } from '../worker-pair';

/** A word is settled this long after it was spoken, at the latest, and the time it takes to decode. */
const CHUNK_SECONDS = 5;
/** Chunks together where the model came late or is slow. */
const MOST_CHUNKS = 4;

export interface LiveEvents {
  /** The model is loaded; called again after a restart. */
  onRecognizer(recognizer: RecognizerDescription): void;
  /** Store it before returning: the next one is decoded only then. */
  onResult(channel: number, result: BatchResult): Promise<void>;
  /** A failure that the text survived. */
  onRestart(): void;
}

export interface LiveOptions {
  workers: WorkerPair;
  settings: JobSettings;
  events: LiveEvents;
  signal: AbortSignal;
}

/** Resolves when the recording has ended and all of it is written. Throws what ended it, or `signal.reason`. */
export async function writeLive(
  recorder: Remote<RecorderHandle>,
  shape: RecordingShape,
  options: LiveOptions,
): Promise<void> {
  const { workers, signal, events } = options;
  const recovery = createRecovery(options.settings.backend);
  const checkpoints = new Array<Checkpoint>(shape.channels).fill(BEGINNING);
  const onResult = async (channel: number, result: BatchResult) => {
    await events.onResult(channel, result);
    checkpoints[channel] = result.checkpoint;
    if (result.chunks > 0) recovery.progressed();
  };
  for (;;) {
    try {
      const settings = { ...options.settings, backend: recovery.backend };
      await writeOnce(recorder, shape, checkpoints, {
        ...options,
        settings,
        events: { ...events, onResult },
      });
      return;
    } catch (thrown) {
      signal.throwIfAborted();
      const error = toLonghandError(thrown);
      if (!recovery.survives(error)) throw error;
      workers.restart();
      events.onRestart();
    }
  }
}

async function writeOnce(
  recorder: Remote<RecorderHandle>,
  { sampleRate, channels }: RecordingShape,
  checkpoints: readonly Checkpoint[],
  { workers, settings, events, signal }: LiveOptions,
): Promise<void> {
  await using scope = new Scope();
  const [media, speech] = await abortable(Promise.all([workers.media(), workers.speech()]), signal);
  const listening = new Map<number, Remote<RecognizerHandle>>();
  let context: SpeechBudget['context'] = 'full';
  for (const [channel, from] of checkpoints.entries()) {
    const { port1: fileOut, port2: fileIn } = new MessageChannel();
    const { port1: chunksOut, port2: chunksIn } = new MessageChannel();
    await recorder.openReader(Comlink.transfer(fileOut, [fileOut]));
    const audio = await media.remote.openLive(
      Comlink.transfer(fileIn, [fileIn]),
      { sampleRate, channels, channel },
      from,
      Comlink.transfer(chunksOut, [chunksOut]),
      signal,
    );
    scope.add(() => audio.close().catch(ignoreDeath));
    const recognizer = await speech.remote.openRecognizer(
      { url: new URL(settings.model, document.baseURI).href },
      {
        backend: settings.backend,
        threads: settings.threads,
        language: settings.language,
        ...textWishes(settings),
        from,
      },
      Comlink.transfer(chunksIn, [chunksIn]),
      signal,
    );
    scope.add(() => recognizer.close().catch(ignoreDeath));
    const description = await recognizer.describe();
    context = description.dynamicAudioContext ? 'short' : 'full';
    events.onRecognizer(description);
    listening.set(channel, recognizer);
  }
  const budget = { batch: MOST_CHUNKS, chunkSeconds: CHUNK_SECONDS, prefetch: false, context };
  while (listening.size > 0) {
    for (const [channel, recognizer] of listening) {
      const result = await recognizer.next(budget);
      await events.onResult(channel, result);
      if (result.ended) listening.delete(channel);
    }
  }
}

/** With its worker, a handle is gone too: closing it has nothing left to do. */
function ignoreDeath(error: unknown): void {
  if (!isLonghandError(error, 'worker/dead')) throw error;
}
