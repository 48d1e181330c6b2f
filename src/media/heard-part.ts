/** What of a recording is written out: which track, which channels, from where to where. Plain data, part of a job. */
import type { TrackChoice } from './track-choice';

export interface HeardPart {
  /** Null: the default one. */
  track: TrackChoice;
  /** `split`: each channel is a speaker of its own. */
  channels: 'mix' | 'split';
  startSeconds: number;
  /** Null: to the end. */
  endSeconds: number | null;
}

export const WHOLE: HeardPart = { track: null, channels: 'mix', startSeconds: 0, endSeconds: null };
