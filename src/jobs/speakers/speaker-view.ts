/** What the page knows of a job's speakers: one immutable snapshot, replaced on every change. */
import type { LonghandError } from '../../lib/errors';
import type { SpeakerLabels } from '../../transcript/speaker-labels';

export type SpeakerStage =
  /** Nobody has listened for voices, or it was cut off. */
  | { kind: 'none' }
  | { kind: 'waiting' }
  | { kind: 'hearing'; doneSeconds: number }
  | { kind: 'failed'; error: LonghandError }
  /** Voices are stored: another number of speakers is a matter of milliseconds. */
  | { kind: 'heard' };

export interface SpeakersView {
  stage: SpeakerStage;
  labels: SpeakerLabels | null;
  /** Changes by hand that can be taken back. */
  undoable: number;
}

export const NO_SPEAKERS: SpeakersView = { stage: { kind: 'none' }, labels: null, undoable: 0 };
