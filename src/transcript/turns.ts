/** Who spoke when, without what: what speaker labels come down to, and what RTTM holds. Turns may overlap. */
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
  const turns: Turn[] = [];
  const open = new Map<string, Turn>();
  for (const { startSeconds, endSeconds, speaker = UNKNOWN_SPEAKER } of segments) {
    const last = open.get(speaker);
    if (last && startSeconds <= last.endSeconds) {
      last.endSeconds = Math.max(last.endSeconds, endSeconds);
    } else if (endSeconds > startSeconds) {
      const turn = { speaker, startSeconds, endSeconds };
      open.set(speaker, turn);
      turns.push(turn);
    }
  }
  return turns.sort((a, b) => a.startSeconds - b.startSeconds);
}
