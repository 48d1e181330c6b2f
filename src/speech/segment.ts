/** Text that somebody else wrote: its probabilities are 0 and mean nothing, and it comes from no chunk (-1). */
export interface SegmentOrigin {
  kind: 'captions';
  /** As a person calls it: the file's name, or the track's title or language. */
  track: string;
}

/**
 * Words of a segment, as lists of one length: ten hours have a hundred thousand words, and as objects they would take
 * more memory than all the rest of a transcript. Read them with `transcript/words.ts`.
 */
export interface SegmentWords {
  /** Where each ends in the segment's text, in UTF-16 units; it begins where the one before ended, its space included. */
  ends: number[];
  /** Percent, 0 to 100: mean probability of its tokens. */
  confidence: number[];
  /** Milliseconds of the recording; missing where word times were not asked for. */
  startMs?: number[];
  endMs?: number[];
}

/** Timed text, as the recognizer gives it. Times are seconds of the recording. */
export interface Segment {
  startSeconds: number;
  endSeconds: number;
  /** Without leading or trailing space. Never empty. */
  text: string;
  /** Probability of `<|nospeech|>` at the start of the window, 0 to 1. */
  noSpeechProbability: number;
  /** Mean natural-log probability of the segment's window, end of text included. */
  averageLogProbability: number;
  /** Index of the chunk it came from. */
  chunkIndex: number;
  /** Who speaks, where voices were recorded apart (`Channel 1`, `Me`) or captions name them. */
  speaker?: string;
  /** ISO 639-1, where each window may have its own. */
  language?: string;
  /** Missing in text that was not recognized, and in what older versions stored. */
  words?: SegmentWords;
  /** Where the text comes from; missing where it was recognized. */
  origin?: SegmentOrigin;
}
