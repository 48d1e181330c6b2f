/** When somebody counts as speaking: what a person may change of voice activity. Plain data, kept with the job. */
export interface SpeechThresholds {
  /** Speech begins where voice activity is so sure of it, 0 to 1. */
  startProbability: number;
  /** And ends where it is less sure than that for the shortest silence. Below the first, so that doubt ends no word. */
  endProbability: number;
  /** What is shorter is a click or a cough. */
  shortestSpeechSeconds: number;
  shortestSilenceSeconds: number;
}

/** Silero's own. */
export const DEFAULT_THRESHOLDS: SpeechThresholds = {
  startProbability: 0.5,
  endProbability: 0.35,
  shortestSpeechSeconds: 0.25,
  shortestSilenceSeconds: 0.1,
};

const END_BELOW_START = 0.15;
const LEAST_END_PROBABILITY = 0.01;

/** Both by one number, as Silero's authors advise: the end lies 0.15 below the start. */
export const thresholdsAt = (startProbability: number): SpeechThresholds => ({
  ...DEFAULT_THRESHOLDS,
  startProbability,
  endProbability: Math.max(LEAST_END_PROBABILITY, Number((startProbability - END_BELOW_START).toFixed(3))),
});
