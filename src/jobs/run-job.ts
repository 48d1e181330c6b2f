/**
 * One job from source to stored text: the loop that says it all.
 * In: a source, its settings, where to go on from. Out: batches of segments, each stored with its checkpoint before
 * anyone sees it. Failures that may pass (a dead worker, a lost graphics device) and memory that must be given back
 * are answered in one way: fresh workers, on from the checkpoint.
 */
import * as Comlink from 'comlink';
import { abortable } from '../lib/abort';
import { isLonghandError, LonghandError, toLonghandError } from '../lib/errors';
import { Scope } from '../lib/scope';
import type { FetchProgress } from '../media/bytes/remote';
import type { Source } from '../media/source';
import { batchBytes } from '../memory/budget';
import type { Allowance } from '../memory/ladder';
import type { Governor, ModelCost } from '../memory/meter';
import { watchHeap } from '../memory/recycle';
import { BEGINNING, type Checkpoint } from '../protocol/checkpoint';
import type { AudioDescription } from '../protocol/media';
import type {
  BatchResult,
  LoadOptions,
  ModelReference,
  RecognizerDescription,
  RecognizerHandle,
} from '../protocol/speech';
import type { Remote } from '../protocol/connect';
import type { CaptionPlan } from './caption-choice';
import { captionsAlone, withCaptions } from './caption-text';
import { textWishes, type JobSettings } from './job-settings';
import { createRecovery } from './recovery';
import { nameOf } from './source-record';
import { planWindows, type WindowPlan } from './window-plan';
import type { WorkerPair } from './worker-pair';

export interface JobEvents {
  /** The recording was opened; called again after a restart. */
  onAudio(audio: AudioDescription): void;
  /** Bytes came over a network, or are waited for. */
  onFetch?(progress: FetchProgress): void;
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
  /** Where a resumed job goes on; `BEGINNING` for a new one. */
  from: Checkpoint;
  /** Text that is there already; null where all of it is to be recognized. */
  captions: CaptionPlan | null;
}

export interface JobOptions {
  workers: WorkerPair;
  governor: Governor;
  events: JobEvents;
  signal: AbortSignal;
}

/** How long a worker may take to hear an abort before it is ended. */
const ABORT_GRACE_MS = 2_000;
/** At the foot of the ladder: time for others to give memory back, then one more small piece. */
const PAUSE_MS = 1_000;

/** Why a run ended without a failure. */
type RunEnd = 'ended' | 'recycle';

/** Resolves when everything is stored. Throws the failure that ended the job, or `signal.reason`. */
export async function runJob(input: JobInput, options: JobOptions): Promise<void> {
  const { workers, governor, events, signal } = options;
  const { captions } = input;
  if (!captions && input.settings.captions === 'only')
    throw new LonghandError('captions/none', { name: nameOf(input.source) });
  if (captions && !captions.fill) return writeCaptions(input, captions, options);
  const recovery = createRecovery(input.settings.backend);
  let { from } = input;
  const onResult = async (result: BatchResult): Promise<void> => {
    await events.onResult(captions ? withCaptions(result, captions, from) : result);
    from = result.checkpoint;
    recovery.progressed();
  };
  for (;;) {
    const backend = governor.allowance.backend === 'wasm' ? 'wasm' : recovery.backend;
    const settings = { ...input.settings, backend };
    try {
      const end = await runOnce(
        { ...input, settings, from },
        { ...options, events: { ...events, onResult } },
      );
      if (end === 'ended') return;
      workers.restart();
    } catch (thrown) {
      signal.throwIfAborted();
      const error = toLonghandError(thrown);
      if (!recovery.survives(error)) throw error;
      governor.fail(error.code);
      workers.restart();
      events.onRestart(error);
    }
  }
}

async function runOnce(input: JobInput, { workers, governor, events, signal }: JobOptions): Promise<RunEnd> {
  const { settings, source, from } = input;
  await using scope = new Scope();
  scope.add(endAfterGrace(workers, signal));
  const [media, speech] = await abortable(Promise.all([workers.media(), workers.speech()]), signal);
  const { port1: chunksOut, port2: chunksIn } = new MessageChannel();

  const audio = await media.remote.openAudio(
    source,
    {
      from,
      voiceActivity: settings.voiceActivity,
      thresholds: settings.speech,
      denoise: settings.denoise,
      heard: settings.heard,
      except: input.captions?.ranges ?? [],
    },
    Comlink.transfer(chunksOut, [chunksOut]),
    signal,
    ...(source.kind === 'url' && events.onFetch ? [Comlink.proxy(events.onFetch.bind(events))] : []),
  );
  scope.add(() => audio.close().catch(ignoreDeath));
  const recording = await audio.describe();
  events.onAudio(recording);

  const { weights } = governor.allowance;
  const recognizer = await speech.remote.openRecognizer(
    modelReference(settings),
    {
      ...loadOptions(settings),
      weights: weights === 'chosen' ? 'best' : 'smallest',
      language: settings.language,
      ...textWishes(settings),
      from,
    },
    Comlink.transfer(chunksIn, [chunksIn]),
    signal,
  );
  scope.add(() => recognizer.close().then(events.onClosed, ignoreDeath));
  const description = await recognizer.describe();
  events.onRecognizer(description);
  const plan = planWindows(settings, description, recording.durationSeconds);
  // Awaited here: the scope must not close before the last batch.
  const putAway = () => speech.remote.unload(Number.MAX_SAFE_INTEGER);
  return await pull(recognizer, description, { plan, from, weights, putAway }, { governor, events, signal });
}

/** What the speech worker loads for these settings, by whatever name the page has for it. */
export const modelReference = ({ model }: JobSettings): ModelReference => ({
  url: new URL(model, document.baseURI).href,
});
export const loadOptions = ({ backend, threads }: JobSettings): LoadOptions => ({ backend, threads });

interface OpenedJob {
  plan: WindowPlan;
  from: Checkpoint;
  /** With which the model was opened. */
  weights: Allowance['weights'];
  /** Unloads all models that no job uses. */
  putAway(): Promise<unknown>;
}

/** Nothing is recognized, so neither the speech worker nor a model is asked for; the sound only tells its length. */
async function writeCaptions(
  { source, from, settings: { heard } }: JobInput,
  captions: CaptionPlan,
  { workers, events, signal }: JobOptions,
): Promise<void> {
  const media = await abortable(workers.media(), signal);
  const { port1, port2 } = new MessageChannel();
  let durationSeconds: number | null = null;
  try {
    const options = { from: BEGINNING, voiceActivity: false, heard };
    const audio = await media.remote.openAudio(source, options, Comlink.transfer(port1, [port1]), signal);
    const recording = await audio.describe();
    await audio.close().catch(ignoreDeath);
    durationSeconds =
      recording.durationSeconds && Math.min(recording.durationSeconds, heard.endSeconds ?? Infinity);
    events.onAudio(recording);
  } catch {
    // Sound that this browser cannot decode is no reason to refuse text that is there.
    signal.throwIfAborted();
  } finally {
    port2.close();
  }
  await events.onResult(captionsAlone(captions, durationSeconds, from));
}

/** Pulls batches until the recording ends or the workers must be started afresh. */
async function pull(
  recognizer: Remote<RecognizerHandle>,
  { backend, weightBytes, windowCost, windowSeconds, usage: loaded }: RecognizerDescription,
  { plan, from, weights, putAway }: OpenedJob,
  { governor, events, signal }: Pick<JobOptions, 'governor' | 'events' | 'signal'>,
): Promise<RunEnd> {
  const loadedBytes = loaded.wasmHeapBytes;
  const cost: ModelCost = { weightBytes, window: windowCost, loadedBytes };
  const admission = governor.admit(cost);
  if (!admission.admitted) {
    const { neededBytes, retryAfterSeconds } = admission;
    const { limitBytes } = governor.state;
    throw new LonghandError('memory/too-small', { neededBytes, limitBytes, retryAfterSeconds });
  }
  const standsTooHigh = watchHeap(loadedBytes);
  for (let batches = 0; ; batches++) {
    signal.throwIfAborted();
    const { prefetch, paused } = governor.allowance;
    const context = governor.allowance.context === 'short' ? 'short' : plan.context;
    if (paused && batches > 0) await pause(signal);
    if (governor.allowance.weights === 'smallest') await putAway();
    const wanted = {
      chunkSeconds: plan.chunkSeconds,
      fullWindowSeconds: context === 'full' ? windowSeconds : null,
    };
    const allowed = governor.budget(cost, wanted, from.batches + batches);
    const budget = { ...allowed, batch: Math.min(allowed.batch, plan.batch) };
    const result = await recognizer.next({ ...budget, prefetch, context });
    await events.onResult(result);
    const { limitBytes } = governor.observe(result.usage);
    if (result.ended) return 'ended';

    const isTooHigh = standsTooHigh({
      wasmHeapBytes: result.usage.wasmHeapBytes,
      batch: budget.batch,
      batchBytes: batchBytes(windowCost, budget.batch, wanted.fullWindowSeconds ?? budget.chunkSeconds),
      limitBytes,
    });
    const mustLeaveGpu = governor.allowance.backend === 'wasm' && backend === 'webgpu';
    // On WASM the best weights are the smallest; a graphics card gets others.
    const mustShrink = governor.allowance.weights !== weights && weights === 'chosen' && backend === 'webgpu';
    if (mustLeaveGpu || mustShrink || isTooHigh) return 'recycle';
  }
}

function pause(signal: AbortSignal): Promise<void> {
  return abortable(new Promise((resolve) => setTimeout(resolve, PAUSE_MS)), signal);
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
