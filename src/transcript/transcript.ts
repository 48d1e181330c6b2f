/** What a job leaves behind: timed text and the gaps between it, in order of time. */
import type { TimeRange } from '../lib/time-ranges';
import type { Gap } from '../media/gap';
import type { ShownSegment } from './replacements';
import type { Turn } from './turns';

export interface Transcript {
  name: string;
  /** How far the recording was found to go. */
  durationSeconds: number;
  /** ISO 639-1, null where it was not found out. */
  language: string | null;
  segments: readonly ShownSegment[];
  gaps: readonly Gap[];
  /** Who spoke when, where that is known better than by whose segments are whose. */
  turns?: readonly Turn[];
  /** Where somebody was heard; missing where nobody has listened. */
  speech?: readonly TimeRange[];
}

/** All the text, segments joined by a space. */
export function plainText(transcript: Pick<Transcript, 'segments'>): string {
  return transcript.segments.map((segment) => segment.text).join(' ');
}
