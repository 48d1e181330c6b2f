/**
 * The stage after the text: hears a recording once more and brings back its voices. In: a source and how to listen.
 * Out: voices, to be stored. It reads no text and writes none; whatever ends it, it can be run again from the start.
 * Full becomes simple where memory is short, or once it fails for want of memory; `Voices` says which it was.
 */
import * as Comlink from 'comlink';
import { abortable } from '../../lib/abort';
import { isLonghandError, toLonghandError } from '../../lib/errors';
import { Scope } from '../../lib/scope';
import type { Source } from '../../media/source';
import type { Governor } from '../../memory/meter';
import { BEGINNING } from '../../protocol/checkpoint';
import type { HeardSoFar } from '../../protocol/speakers';
import type { ListenerModels } from '../../speakers/listener';
import type { Voices } from '../../speakers/voices';
import type { JobSettings } from '../job-settings';
import type { SpeakerCrew } from './speaker-crew';

export interface HearInput {
  source: Source;
  /** Which part and track; channels are heard together. */
  heard: JobSettings['heard'];
  models: ListenerModels;
}

export interface HearOptions {
  crew: SpeakerCrew;
  governor: Governor;
  onHeard(heard: HeardSoFar): void;
  signal: AbortSignal;
}

/** Under this much pressure a start in full is not tried. */
class TooLittleMemory extends Error {}

/** Throws `media/...`, `worker/dead`, or `signal.reason`. */
export async function hearVoices(input: HearInput, options: HearOptions): Promise<Voices> {
  const { crew, governor, signal } = options;
  let { models } = input;
  let deaths = 0;
  for (;;) {
    if (governor.allowance.speakerLabels === 'simple') models = SIMPLE;
    try {
      return await hearOnce({ ...input, models }, options);
    } catch (thrown) {
      crew.end();
      signal.throwIfAborted();
      const error = toLonghandError(thrown);
      const wantsMemory = thrown instanceof TooLittleMemory || isLonghandError(error, 'speech/out-of-memory');
      if (models.method === 'full' && wantsMemory) models = SIMPLE;
      // A worker that dies again dies of this recording.
      else if (!isLonghandError(error, 'worker/dead') || ++deaths > 1) throw error;
    }
  }
}

const SIMPLE: ListenerModels = { method: 'simple' };

async function hearOnce(
  { source, heard, models }: HearInput,
  { crew, governor, onHeard, signal }: HearOptions,
): Promise<Voices> {
  await using scope = new Scope();
  const [media, speakers] = await abortable(Promise.all([crew.media(), crew.speakers()]), signal);
  // A worker that computes hears nothing, and here there is nothing to keep.
  const end = () => crew.end();
  signal.addEventListener('abort', end, { once: true });
  scope.add(() => signal.removeEventListener('abort', end));
  const { port1, port2 } = new MessageChannel();
  const audio = await media.remote.openAudio(
    source,
    { from: BEGINNING, voiceActivity: true, heard: { ...heard, channels: 'mix' } },
    Comlink.transfer(port1, [port1]),
    signal,
  );
  scope.add(() => audio.close().catch(ignoreDeath));
  const listener = await speakers.remote.openListener(models, Comlink.transfer(port2, [port2]), signal);
  scope.add(() => listener.close().then(() => undefined, ignoreDeath));
  scope.add(() => governor.observeBeside(null));
  for (;;) {
    signal.throwIfAborted();
    const soFar = await listener.next();
    onHeard(soFar);
    governor.observeBeside({ ...soFar, gpuBufferBytes: 0 });
    if (models.method === 'full' && governor.allowance.speakerLabels === 'simple')
      throw new TooLittleMemory();
    if (soFar.ended) return await listener.voices();
  }
}

/** With its worker, a handle is gone too: closing it has nothing left to do. */
function ignoreDeath(error: unknown): void {
  if (!isLonghandError(error, 'worker/dead')) throw error;
}
