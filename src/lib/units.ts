/** The one sample rate inside Longhand, and the conversions that go with it. */

/** Whisper's and Silero's input rate, in hertz. Everything after `lib/resample` is at this rate, mono, float32. */
export const SAMPLE_RATE = 16_000;

export const secondsToSamples = (seconds: number): number => Math.round(seconds * SAMPLE_RATE);
export const samplesToSeconds = (samples: number): number => samples / SAMPLE_RATE;
