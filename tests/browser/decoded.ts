/** Reads a file to the end through the media stage, and compares what comes out. */
import type { Gap } from '../../src/media/gap';
import { openAudio } from '../../src/media/open-audio';

export interface Decoded {
  /** 16 kHz mono, stretches one after the other. */
  samples: Float32Array;
  startSeconds: number;
  endSeconds: number;
  decodedSeconds: number;
  gaps: Gap[];
}

export async function decodeFile(file: File, fromSeconds = 0): Promise<Decoded> {
  const audio = await openAudio({ kind: 'file', file }, fromSeconds);
  try {
    const pieces: Float32Array[] = [];
    let startSample = -1;
    let end = 0;
    for (let stretch = await audio.next(); stretch; stretch = await audio.next()) {
      if (startSample < 0) startSample = stretch.startSample;
      end = stretch.startSample + stretch.samples.length;
      pieces.push(stretch.samples.slice());
    }
    const samples = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
    let at = 0;
    for (const piece of pieces) {
      samples.set(piece, at);
      at += piece.length;
    }
    return {
      samples,
      startSeconds: startSample / 16_000,
      endSeconds: end / 16_000,
      decodedSeconds: audio.decodedSeconds,
      gaps: audio.takeGaps(),
    };
  } finally {
    audio.close();
  }
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
