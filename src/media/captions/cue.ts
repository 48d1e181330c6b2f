/** Captions as the media stage gives them: timed text that somebody else wrote, from a track or a file. */

export interface CaptionCue {
  startSeconds: number;
  endSeconds: number;
  /** Plain text; lines that the author broke are separated by `\n`. Never empty. */
  text: string;
  /** As the author named them; null where nobody is named. */
  speaker: string | null;
}

export type CaptionFormat = 'SubRip' | 'WebVTT' | 'SubStation Alpha' | 'LRC' | 'TTML' | '3GPP timed text';

/** Where captions lie: in the recording's own file, in a file beside it, or in a stream's playlist. */
export type CaptionPlace = 'inside' | 'beside' | 'stream';

export interface CaptionTrack {
  place: CaptionPlace;
  /** The track's title or the file's name, as its author wrote it; empty where there is none. */
  title: string;
  /** BCP 47, `en` or `pt-BR`; null where it is not told. */
  language: string | null;
  format: CaptionFormat;
  /** The one that the author wants shown unless asked otherwise. */
  preferred: boolean;
  /** Holds only what is in another language than the rest (signs, foreign lines). */
  forced: boolean;
  /** In order of time. Never empty. */
  cues: CaptionCue[];
  /** Reading took too long or met a limit: there is more behind the last cue. */
  cut: boolean;
}

/** What was found with a recording before anything of it was decoded. */
export interface FoundCaptions {
  /** The best first, as far as can be told without knowing what the reader wants. */
  tracks: CaptionTrack[];
  /** Of the recording's first sound track, BCP 47; null where it is not told. */
  soundLanguage: string | null;
  /** As the container says; null where it does not. */
  durationSeconds: number | null;
}
