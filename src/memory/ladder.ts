/**
 * What is given up when memory runs short, in one ordered table: each rung keeps what the ones above it gave up.
 * The governor goes down at once and comes up slowly. This is the only place that knows the order.
 */
export interface Rung {
  name: string;
  /** What changed, in the words that the page shows. */
  says: string;
  gives: Partial<Allowance>;
}

/** All that the governor can take away. */
export interface Allowance {
  /** Windows decoded together, at the most. */
  batch: number;
  /** Reads the next chunks while this batch is decoded. */
  prefetch: boolean;
  /** Longest chunk. Shorter ones save memory only where the encoder takes any length (audio context). */
  chunkSeconds: number;
  /** Full windows, which cost some accuracy to cut, until memory forces it. */
  context: 'full' | 'short';
  speakerLabels: 'full' | 'simple';
  weights: 'chosen' | 'smallest';
  backend: 'chosen' | 'wasm';
  /** Waits for memory between batches, and takes no new job. */
  paused: boolean;
}

export const FULL: Allowance = {
  batch: 8,
  prefetch: true,
  chunkSeconds: 30,
  context: 'full',
  speakerLabels: 'full',
  weights: 'chosen',
  backend: 'chosen',
  paused: false,
};

export const LADDER: readonly Rung[] = [
  { name: 'full', says: 'Everything runs as it should.', gives: {} },
  { name: 'batch-4', says: 'Four windows are written together instead of eight.', gives: { batch: 4 } },
  { name: 'batch-2', says: 'Two windows are written together.', gives: { batch: 2 } },
  { name: 'batch-1', says: 'One window is written at a time.', gives: { batch: 1 } },
  { name: 'no-prefetch', says: 'Reading waits for writing.', gives: { prefetch: false } },
  {
    name: 'chunks-15',
    says: 'Pieces of at most 15 seconds are written.',
    gives: { chunkSeconds: 15, context: 'short' },
  },
  { name: 'chunks-5', says: 'Pieces of at most 5 seconds are written.', gives: { chunkSeconds: 5 } },
  {
    name: 'simple-speakers',
    says: 'Speakers are told apart in the simple way.',
    gives: { speakerLabels: 'simple' },
  },
  {
    name: 'smallest-weights',
    says: 'The smallest weights are used, other models are put away.',
    gives: { weights: 'smallest' },
  },
  { name: 'wasm', says: 'The processor writes instead of the graphics card.', gives: { backend: 'wasm' } },
  {
    name: 'paused',
    says: 'Writing pauses between pieces, and new recordings wait.',
    gives: { paused: true },
  },
];

export const BOTTOM = LADDER.length - 1;

/** What is left at `rung`, 0 to `BOTTOM`. */
export function allowanceAt(rung: number): Allowance {
  return LADDER.slice(0, rung + 1).reduce<Allowance>((left, { gives }) => ({ ...left, ...gives }), FULL);
}
