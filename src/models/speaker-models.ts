/**
 * The models of the full speaker method, as the hub has them: one graph each. Sizes as the hub's lists showed them.
 * Both run on the processor.
 */
import type { HubFile } from './hub';

export interface SpeakerModel {
  /** `owner/name` on the hub. */
  id: string;
  role: 'segmentation' | 'embedding';
  title: string;
  licence: 'MIT' | 'CC-BY-4.0';
  sizeBytes: number;
}

/** Who of three speaks in each ten seconds; overlaps included. Input `[1, 1, samples]`, output `[1, frames, 7]`. */
export const SEGMENTATION_MODEL: SpeakerModel = {
  id: 'onnx-community/pyannote-segmentation-3.0',
  role: 'segmentation',
  title: 'pyannote segmentation 3.0',
  licence: 'MIT',
  sizeBytes: 5_990_000,
};

/** Whose voice that is. Input `[1, frames, 80]`, output `[1, 256]`. */
export const EMBEDDING_MODEL: SpeakerModel = {
  id: 'onnx-community/wespeaker-voxceleb-resnet34-LM',
  role: 'embedding',
  title: 'WeSpeaker ResNet34-LM',
  licence: 'CC-BY-4.0',
  sizeBytes: 26_500_000,
};

export const SPEAKER_MODELS: readonly SpeakerModel[] = [SEGMENTATION_MODEL, EMBEDDING_MODEL];

export const isSpeakerModel = (id: string): boolean => SPEAKER_MODELS.some((model) => model.id === id);

/** Full precision: the graphs are small, and int8 of them was not measured here. */
export const SPEAKER_GRAPH = 'onnx/model.onnx';

/** Null where the repository does not hold it. */
export function chooseSpeakerFiles(there: readonly HubFile[]): HubFile[] | null {
  const graph = there.find(({ path }) => path === SPEAKER_GRAPH);
  return graph ? [graph] : null;
}
