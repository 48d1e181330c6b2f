/**
 * Where a job goes on: what of a run must be known to continue as if it had never been interrupted. Stored with every
 * batch, given to both workers when a job is resumed or its workers are started afresh. Plain data.
 */
export interface Checkpoint {
  /** Everything before this is covered by a segment or a gap, or holds no speech. */
  seconds: number;
  /** The same of each of several voices recorded apart, which are not equally far. */
  lanes?: number[];
  /** Chunks decoded so far: the next one has this index, and only the very first is cut in a hurry. */
  chunks: number;
  /** Batches so far: they grow, and a language that is voted on depends on what is decoded together. */
  batches: number;
  /** Speech heard so far, and how much of it is covered by text. */
  speechSeconds: number;
  coveredSpeechSeconds: number;
  votes: LanguageVotes;
}

/** What the first windows said about the language: ISO 639-1 to the sum of its probabilities. */
export interface LanguageVotes {
  voters: number;
  votes: Record<string, number>;
}

export const BEGINNING: Checkpoint = {
  seconds: 0,
  chunks: 0,
  batches: 0,
  speechSeconds: 0,
  coveredSpeechSeconds: 0,
  votes: { voters: 0, votes: {} },
};
