/** The listener of a method, with its models. */
import { LonghandError } from '../lib/errors';
import { openModelFiles } from '../models/open-model-files';
import { SPEAKER_GRAPH } from '../models/speaker-models';
import type { ListenerModels, VoiceListener } from './listener';
import { openSimpleListener } from './simple/simple-listener';

/** Throws `models/absent`, `speech/model-missing`, `speech/model-invalid`. */
export async function openListener(models: ListenerModels, signal: AbortSignal): Promise<VoiceListener> {
  if (models.method === 'simple') return openSimpleListener();
  const { openFullListener } = await import('./full/full-listener');
  const [segmentation, embedding] = await Promise.all(
    [models.segmentation, models.embedding].map((url) => readGraph(url, signal)),
  );
  return openFullListener({ segmentation: segmentation!, embedding: embedding! });
}

async function readGraph(url: string, signal: AbortSignal): Promise<Uint8Array> {
  const files = await openModelFiles(url);
  const bytes = await files.read(SPEAKER_GRAPH, { signal });
  if (!bytes) throw new LonghandError('speech/model-missing', { model: files.name, file: SPEAKER_GRAPH });
  return bytes;
}
