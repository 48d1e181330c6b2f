/**
 * A recording in which no two places are alike: pieces of a clip, each of random length and loudness, with random
 * pauses. In: samples at 16 kHz. Out: a WAV on disk, 16 kHz mono, 1.9 MB a minute.
 */
import { writeFile } from 'node:fs/promises';
import { SAMPLE_RATE } from '../../src/lib/units';
import { wavOf } from '../fixtures/wav';

const LEAST_PIECE_SECONDS = 2;
const MOST_PAUSE_SECONDS = 4;

export async function writeVariedSpeech(
  path: string,
  clip: Float32Array,
  durationSeconds: number,
  random: () => number,
): Promise<void> {
  const samples = new Float32Array(durationSeconds * SAMPLE_RATE);
  for (let at = 0; at < samples.length;) {
    const most = clip.length / SAMPLE_RATE - LEAST_PIECE_SECONDS;
    const length = Math.round((LEAST_PIECE_SECONDS + random() * most) * SAMPLE_RATE);
    const start = Math.round(random() * (clip.length - length));
    const loudness = 0.4 + 0.6 * random();
    const piece = clip.subarray(start, start + Math.min(length, samples.length - at));
    samples.set(
      piece.map((sample) => sample * loudness),
      at,
    );
    at += length + Math.round(random() * MOST_PAUSE_SECONDS * SAMPLE_RATE);
  }
  await writeFile(path, wavOf(samples));
}
