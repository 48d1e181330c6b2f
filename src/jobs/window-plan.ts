/**
 * How long the pieces of a job are, and how long the windows they are given to the encoder in.
 * In: what the user chose, what the model is made for, the length of the recording. Out: both. Pure.
 * A model trained on windows of all lengths is fastest and best on short ones (docs/decisions/0006-short-windows.md);
 * all others know full windows only. A recording that fits one window is given a full one whatever the model: it costs
 * nothing that anyone notices, and is the very text of the reference implementation.
 */
import type { RecognizerDescription } from '../protocol/speech';
import type { JobSettings } from './job-settings';

export interface WindowPlan {
  chunkSeconds: number;
  /** Most windows decoded together. */
  batch: number;
  context: 'full' | 'short';
}

const SHORT_CHUNK_SECONDS = 10;

export function planWindows(
  { chunkSeconds, batch, audioContext }: Pick<JobSettings, 'chunkSeconds' | 'batch' | 'audioContext'>,
  {
    windowSeconds,
    dynamicAudioContext,
  }: Pick<RecognizerDescription, 'windowSeconds' | 'dynamicAudioContext'>,
  durationSeconds: number | null,
): WindowPlan {
  const fitsOneWindow = durationSeconds !== null && durationSeconds <= windowSeconds;
  const best = dynamicAudioContext && !fitsOneWindow ? 'short' : 'full';
  const context = audioContext === 'auto' ? best : audioContext;
  const bestChunk = context === 'short' && dynamicAudioContext ? SHORT_CHUNK_SECONDS : windowSeconds;
  return { context, chunkSeconds: chunkSeconds ?? bestChunk, batch: batch ?? Infinity };
}
