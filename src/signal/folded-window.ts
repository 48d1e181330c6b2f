/**
 * A window before its Fourier transform, folded so that the transform is a quarter of the work. In: 256 samples and the
 * window function. Out: 256 sums and differences, in four groups, and the four matrices that make spectra of them.
 * Cosines and sines are even and odd around the middle of a window and, for even and odd bins apart, around its quarters:
 * samples that meet the same factor are added first. A plain matrix takes 66,000 multiplications for a window, these
 * 16,500 (the first two steps of a fast Fourier transform; further ones would be too small for a matrix product).
 */

export const WINDOW_SAMPLES = 256;
const HALF = WINDOW_SAMPLES / 2;
const QUARTER = WINDOW_SAMPLES / 4;

/** Where each group lies in a folded window, in this order, and the bins that its matrix gives. */
export const FOLDED_GROUPS = {
  evenCosine: {
    from: 0,
    firstSample: 0,
    samples: QUARTER + 1,
    firstBin: 0,
    bins: QUARTER + 1,
    wave: Math.cos,
  },
  evenSine: {
    from: QUARTER + 1,
    firstSample: 1,
    samples: QUARTER - 1,
    firstBin: 0,
    bins: QUARTER + 1,
    wave: Math.sin,
  },
  oddCosine: { from: HALF, firstSample: 0, samples: QUARTER, firstBin: 1, bins: QUARTER, wave: Math.cos },
  oddSine: {
    from: HALF + QUARTER,
    firstSample: 1,
    samples: QUARTER,
    firstBin: 1,
    bins: QUARTER,
    wave: Math.sin,
  },
} as const;
export type FoldedGroup = keyof typeof FOLDED_GROUPS;

/** Bins 0, 2, … 128, then 1, 3, … 127: the order in which spectra of folded windows come. */
export const BIN_ORDER: readonly number[] = Array.from({ length: HALF + 1 }, (_, place) =>
  place <= QUARTER ? 2 * place : 2 * (place - QUARTER) - 1,
);

/** `[samples, bins]` of the group, row by row. */
export function spectrumMatrix(group: FoldedGroup): Float32Array<ArrayBuffer> {
  const { firstSample, samples, firstBin, bins, wave } = FOLDED_GROUPS[group];
  const matrix = new Float32Array(samples * bins);
  for (let row = 0; row < samples; row++)
    for (let column = 0; column < bins; column++) {
      const turns = ((firstSample + row) * (firstBin + 2 * column)) / WINDOW_SAMPLES;
      matrix[row * bins + column] = wave(2 * Math.PI * turns);
    }
  return matrix;
}

/** Folds the samples from `at` on. `shape` is the window function `[256]`, symmetric around its middle. */
export function foldWindow(
  samples: Float32Array,
  at: number,
  shape: Float32Array,
  out: Float32Array,
  outAt: number,
): void {
  const { evenCosine, evenSine, oddCosine, oddSine } = FOLDED_GROUPS;
  const middle = at + HALF;
  const first = shape[0]! * samples[at]!;
  const centre = shape[HALF]! * samples[middle]!;
  out[outAt + evenCosine.from] = first + centre;
  out[outAt + oddCosine.from] = first - centre;
  for (let n = 1; n < QUARTER; n++) {
    const left = samples[at + n]!;
    const right = samples[at + WINDOW_SAMPLES - n]!;
    const innerLeft = samples[middle - n]!;
    const innerRight = samples[middle + n]!;
    const outerShape = shape[n]!;
    const innerShape = shape[HALF - n]!;
    const outerSum = outerShape * (left + right);
    const innerSum = innerShape * (innerLeft + innerRight);
    const outerDifference = outerShape * (left - right);
    const innerDifference = innerShape * (innerLeft - innerRight);
    out[outAt + evenCosine.from + n] = outerSum + innerSum;
    out[outAt + oddCosine.from + n] = outerSum - innerSum;
    out[outAt + evenSine.from + n - 1] = outerDifference - innerDifference;
    out[outAt + oddSine.from + n - 1] = outerDifference + innerDifference;
  }
  const quarterShape = shape[QUARTER]!;
  const left = samples[at + QUARTER]!;
  const right = samples[middle + QUARTER]!;
  out[outAt + evenCosine.from + QUARTER] = quarterShape * (left + right);
  out[outAt + oddSine.from + QUARTER - 1] = quarterShape * (left - right);
}
