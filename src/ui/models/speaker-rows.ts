/** The full speaker method as one line of the model list: its two models are fetched and removed together. Pure. */
import { SPEAKER_MODELS } from '../../models/speaker-models';
import type { LonghandError } from '../../lib/errors';
import type { LibraryView } from './model-library';

export interface SpeakerModelsRow {
  here: boolean;
  /** Of all that is to be fetched, from 0 to 1; null where nothing is under way or has come. */
  share: number | null;
  running: boolean;
  sizeBytes: number;
  error: LonghandError | null;
}

export function speakerModelsRow({ stored, tasks }: Pick<LibraryView, 'stored' | 'tasks'>): SpeakerModelsRow {
  const found = SPEAKER_MODELS.map(({ id, sizeBytes }) => {
    const model = stored?.find((each) => each.id === id);
    const task = tasks.get(id);
    const progress = task?.kind === 'running' ? task.progress : null;
    return {
      here: model?.state === 'verified',
      running: task?.kind === 'running',
      error: task?.kind === 'failed' ? task.error : null,
      sizeBytes: model?.sizeBytes ?? sizeBytes,
      doneBytes: progress?.doneBytes ?? model?.storedBytes ?? 0,
    };
  });
  const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);
  const sizeBytes = sum(found.map((each) => each.sizeBytes));
  const doneBytes = sum(found.map((each) => each.doneBytes));
  const here = found.every((each) => each.here);
  return {
    here,
    running: found.some(({ running }) => running),
    share: here || doneBytes === 0 ? null : Math.min(1, doneBytes / sizeBytes),
    sizeBytes,
    error: found.find(({ error }) => error !== null)?.error ?? null,
  };
}

export const hasFullSpeakers = ({ stored }: Pick<LibraryView, 'stored'>): boolean =>
  SPEAKER_MODELS.every(({ id }) => stored?.some((model) => model.id === id && model.state === 'verified'));
