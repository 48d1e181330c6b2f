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
  /** Null at the beginning, and where voice activity is off. */
  voice: VoiceMemory | null;
}

/** What the first windows said about the language: ISO 639-1 to the sum of its probabilities. */
export interface LanguageVotes {
  voters: number;
  votes: Record<string, number>;
}

/**
 * What voice activity remembers at a place not after the checkpoint. Its network never quite forgets: one that begins
 * to listen later still tells something else after a minute (docs/decisions/0015-going-on.md), and would cut other
 * chunks. Numbers in lists, so that it can be written as JSON too.
 */
export interface VoiceMemory {
  /** In samples at 16 kHz; what it hears next begins here. */
  sample: number;
  hidden: number[];
  cell: number[];
  /** The last samples before. */
  context: number[];
  /** Of speech that goes on, in samples. */
  speechStart: number | null;
  voicedEnd: number;
}

export const BEGINNING: Checkpoint = {
  seconds: 0,
  chunks: 0,
  batches: 0,
  speechSeconds: 0,
  coveredSpeechSeconds: 0,
  votes: { voters: 0, votes: {} },
  voice: null,
};
