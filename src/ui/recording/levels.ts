/** Loudness as a meter shows it. In: magnitudes from 0 to 1. Out: decibels below the loudest that can be stored. */

export const QUIETEST_DECIBELS = -60;
/** From here on peaks are close to being cut off. */
export const TOO_LOUD_DECIBELS = -6;
const TOO_QUIET_DECIBELS = -40;

export const decibels = (magnitude: number): number =>
  Math.max(QUIETEST_DECIBELS, 20 * Math.log10(Math.max(magnitude, 1e-6)));

/** 0 to 1 along the meter. */
export const placeOf = (level: number): number => 1 - level / QUIETEST_DECIBELS;

/** `Level: good, minus 14 decibels`. */
export function levelWords(level: number): string {
  if (level <= QUIETEST_DECIBELS) return 'Level: silent';
  const number = `${level < 0 ? 'minus ' : ''}${Math.abs(Math.round(level))} decibels`;
  const word = level >= TOO_LOUD_DECIBELS ? 'too loud' : level < TOO_QUIET_DECIBELS ? 'quiet' : 'good';
  return `Level: ${word}, ${number}`;
}
