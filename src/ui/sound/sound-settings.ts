/**
 * How new recordings are listened to, kept in this browser: what counts as speech, and whether noise is taken out. A
 * browser that keeps nothing is no reason to refuse: it then holds for this visit. A job keeps what it was added with.
 */
import { DEFAULT_SETTINGS, type JobSettings } from '../../jobs/job-settings';
import { thresholdsAt } from '../../protocol/speech-thresholds';
import { keep, readKept } from '../kept';

export type SoundSettings = Pick<JobSettings, 'speech' | 'denoise'>;

const KEY = 'longhand-sound';
const DENOISE: readonly JobSettings['denoise'][] = ['off', 'vad', 'recognition'];

export const LEAST_PROBABILITY = 0.05;
export const MOST_PROBABILITY = 0.95;

let settings: SoundSettings | null = null;

export const loadSoundSettings = (): SoundSettings => (settings ??= parse(readKept(KEY)));

export function storeSoundSettings(chosen: SoundSettings): void {
  settings = chosen;
  keep(KEY, JSON.stringify(chosen));
}

/** What lies there may be of another version, or of nobody's making. */
export function parse(stored: string | null): SoundSettings {
  const { speech, denoise } = DEFAULT_SETTINGS;
  try {
    const found = JSON.parse(stored ?? '{}') as {
      speech?: { startProbability?: unknown };
      denoise?: unknown;
    };
    const sure = found.speech?.startProbability;
    const isSure = typeof sure === 'number' && sure >= LEAST_PROBABILITY && sure <= MOST_PROBABILITY;
    return {
      speech: isSure ? thresholdsAt(sure) : speech,
      denoise: DENOISE.find((each) => each === found.denoise) ?? denoise,
    };
  } catch {
    return { speech, denoise };
  }
}
