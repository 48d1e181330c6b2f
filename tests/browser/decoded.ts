/** Reads a file to the end through the media stage, and compares what comes out. */
import type { Gap } from '../../src/media/gap';
import { openBytes } from '../../src/media/bytes/open-bytes';
import {
  EVERYTHING,
  openAudio,
  type AudioStretch,
  type Listening,
  type MonoAudio,
} from '../../src/media/open-audio';

export interface Decoded {
  /** Contiguous pieces, joined where nothing lies between them. */
  stretches: AudioStretch[];
  /** All of them, one after the other. */
  samples: Float32Array;
  startSeconds: number;
  endSeconds: number;
  decodedSeconds: number;
  gaps: Gap[];
}

export async function openFileAudio(file: File, listening: Partial<Listening> = {}): Promise<MonoAudio> {
  const { signal } = new AbortController();
  const bytes = await openBytes({ kind: 'file', file }, { signal });
  return openAudio(bytes, { ...EVERYTHING, ...listening });
}

export async function decodeFile(file: File, fromSeconds = 0): Promise<Decoded> {
  return decodeAudio(await openFileAudio(file, { fromSeconds }));
}

/** To the end; closes it. */
export async function decodeAudio(audio: MonoAudio): Promise<Decoded> {
  try {
    const stretches: AudioStretch[] = [];
    for (let next = await audio.next(); next; next = await audio.next()) {
      const last = stretches.at(-1);
      if (last && last.startSample + last.samples.length === next.startSample)
        last.samples = joined([last.samples, next.samples]);
      else stretches.push({ startSample: next.startSample, samples: next.samples.slice() });
    }
    const [first, last] = [stretches[0], stretches.at(-1)];
    return {
      stretches,
      samples: joined(stretches.map(({ samples }) => samples)),
      startSeconds: (first?.startSample ?? 0) / 16_000,
      endSeconds: last ? (last.startSample + last.samples.length) / 16_000 : 0,
      decodedSeconds: audio.decodedSeconds,
      gaps: audio.takeGaps(),
    };
  } finally {
    audio.close();
  }
}

function joined(pieces: Float32Array[]): Float32Array {
  const whole = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** Correlation of two signals from their starts on, -1 to 1, at the best shift of at most `mostShift` samples. */
export function bestCorrelation(
  a: Float32Array,
  b: Float32Array,
  mostShift: number,
): { value: number; shift: number } {
  let best = { value: -1, shift: 0 };
  for (let shift = -mostShift; shift <= mostShift; shift += 2) {
    const value = correlation(a.subarray(Math.max(0, shift)), b.subarray(Math.max(0, -shift)));
    if (value > best.value) best = { value, shift };
  }
  return best;
}

function correlation(a: Float32Array, b: Float32Array): number {
  const length = Math.min(a.length, b.length);
  let product = 0;
  let energyA = 0;
  let energyB = 0;
  for (let index = 0; index < length; index++) {
    product += a[index]! * b[index]!;
    energyA += a[index]! ** 2;
    energyB += b[index]! ** 2;
  }
  return product / Math.sqrt(energyA * energyB || 1);
}
