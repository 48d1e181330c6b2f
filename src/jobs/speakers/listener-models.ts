/** Which models a method needs, by the addresses under which the workers know them. */
import { storedModelUrl } from '../../models/model-address';
import { EMBEDDING_MODEL, SEGMENTATION_MODEL } from '../../models/speaker-models';
import type { ListenerModels } from '../../speakers/listener';
import type { SpeakerMethod } from '../../speakers/voices';

/** `folder`: where both lie as OWNER/NAME, for the command line; else they are those of the model manager. */
export function listenerModels(method: SpeakerMethod, folder: string | null = null): ListenerModels {
  if (method === 'simple') return { method };
  const address = (id: string) =>
    folder === null ? storedModelUrl(id) : new URL(`${folder}${id}/`, document.baseURI).href;
  return {
    method,
    segmentation: address(SEGMENTATION_MODEL.id),
    embedding: address(EMBEDDING_MODEL.id),
  };
}
