/** What to have of a model: by the layout of Whisper exports, or the one graph of a speaker model. */
import { dtypesOf } from './catalog';
import type { HubFile } from './hub';
import { chooseFiles, type ModelBackend } from './model-layout';
import { chooseSpeakerFiles, isSpeakerModel, SPEAKER_GRAPH } from './speaker-models';

/** `quantize`: only full precision is there for WASM, from which int8 is made here. */
export type FilesToHave = { files: HubFile[]; quantize: boolean } | { missing: string[] };

export function chooseModelFiles(id: string, there: readonly HubFile[], backend: ModelBackend): FilesToHave {
  if (!isSpeakerModel(id)) return chooseFiles(there, dtypesOf(id, backend));
  const files = chooseSpeakerFiles(there);
  return files ? { files, quantize: false } : { missing: [SPEAKER_GRAPH] };
}
