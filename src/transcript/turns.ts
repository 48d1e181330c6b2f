/** Who spoke when, without what: what speaker labels come down to, and what RTTM holds. Turns may overlap. */
import { joinTurns } from '../lib/join-turns';
import type { Transcript } from './transcript';

export interface Turn {
  /** A label, the same for all turns of one voice; says nothing of who that is. */
  speaker: string;
  /** Seconds of the recording. */
  startSeconds: number;
  endSeconds: number;
}

/** Stands for everybody whom nobody has named. */
export const UNKNOWN_SPEAKER = 'UNKNOWN';

/** A turn for each segment; those of one voice that touch are one. In order of time. */
export function turnsOf({ segments }: Pick<Transcript, 'segments'>): Turn[] {
  return joinTurns(
    segments
      .filter(({ startSeconds, endSeconds }) => endSeconds > startSeconds)
      .map(({ startSeconds, endSeconds, speaker = UNKNOWN_SPEAKER }) => ({
        speaker,
        startSeconds,
        endSeconds,
      })),
  );
}
