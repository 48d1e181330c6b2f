/**
 * Power spectrum of 400 real samples, the length of Whisper's analysis frame. In: 400 windowed samples as 200 complex
 * numbers (even samples real, odd ones imaginary). Out: 201 squared magnitudes. 200 = 4 * 5 * 5 * 2, so a mixed-radix
 * Stockham transform (self-sorting, no bit reversal) needs no padding; tables and buffers are made once.
 */

const COMPLEX_LENGTH = 200;
export const FRAME_LENGTH = 2 * COMPLEX_LENGTH;
export const SPECTRUM_BINS = COMPLEX_LENGTH + 1;

const RADICES = [4, 5, 5, 2] as const;
const COS_1 = Math.cos((2 * Math.PI) / 5);
const COS_2 = Math.cos((4 * Math.PI) / 5);
const SIN_1 = Math.sin((2 * Math.PI) / 5);
const SIN_2 = Math.sin((4 * Math.PI) / 5);

/** `[cos, sin]` of -2πk/length for k below `count`, interleaved. */
function roots(length: number, count: number): Float64Array {
  const table = new Float64Array(2 * count);
  for (let k = 0; k < count; k++) {
    table[2 * k] = Math.cos((2 * Math.PI * k) / length);
    table[2 * k + 1] = -Math.sin((2 * Math.PI * k) / length);
  }
  return table;
}

interface Stage {
  radix: 2 | 4 | 5;
  /** Butterflies per stride. */
  count: number;
  stride: number;
  /** Twiddle `w^(p * k)` of butterfly p and output k at `2 * (p * (radix - 1) + k - 1)`. */
  twiddles: Float64Array;
}

function planStages(): Stage[] {
  let length = COMPLEX_LENGTH;
  let stride = 1;
  return RADICES.map((radix) => {
    const count = length / radix;
    const table = roots(length, length);
    const twiddles = new Float64Array(2 * count * (radix - 1));
    for (let p = 0; p < count; p++) {
      for (let k = 1; k < radix; k++) {
        const at = 2 * (p * (radix - 1) + k - 1);
        twiddles[at] = table[2 * ((p * k) % length)]!;
        twiddles[at + 1] = table[2 * ((p * k) % length) + 1]!;
      }
    }
    const stage = { radix, count, stride, twiddles };
    length = count;
    stride *= radix;
    return stage;
  });
}

export class RealFft {
  /** Fill with 400 real samples before `power`; overwritten by it. */
  readonly input = new Float64Array(FRAME_LENGTH);
  #spare = new Float64Array(FRAME_LENGTH);
  #stages = planStages();
  #untangle = roots(FRAME_LENGTH, COMPLEX_LENGTH + 1);

  /** Squared magnitudes of bins 0 to 200 into `out`. */
  power(out: Float64Array): void {
    let from = this.input;
    let to = this.#spare;
    for (const stage of this.#stages) {
      if (stage.radix === 5) radix5(stage, from, to);
      else if (stage.radix === 4) radix4(stage, from, to);
      else radix2(stage, from, to);
      [from, to] = [to, from];
    }
    // The spectrum of the even samples and that of the odd ones lie folded into one: take them apart.
    const w = this.#untangle;
    for (let k = 0; k <= COMPLEX_LENGTH; k++) {
      const a = 2 * (k % COMPLEX_LENGTH);
      const b = 2 * ((COMPLEX_LENGTH - k) % COMPLEX_LENGTH);
      const evenRe = from[a]! + from[b]!;
      const evenIm = from[a + 1]! - from[b + 1]!;
      const oddRe = from[a + 1]! + from[b + 1]!;
      const oddIm = from[b]! - from[a]!;
      const re = evenRe + w[2 * k]! * oddRe - w[2 * k + 1]! * oddIm;
      const im = evenIm + w[2 * k]! * oddIm + w[2 * k + 1]! * oddRe;
      out[k] = 0.25 * (re * re + im * im);
    }
  }
}

function radix2({ count, stride }: Stage, x: Float64Array, y: Float64Array): void {
  // Only ever the last stage: one butterfly per stride, whose twiddle is 1.
  const half = 2 * count * stride;
  for (let i = 0; i < 2 * stride; i++) {
    y[i] = x[i]! + x[i + half]!;
    y[i + half] = x[i]! - x[i + half]!;
  }
}

function radix4({ count, stride, twiddles }: Stage, x: Float64Array, y: Float64Array): void {
  const step = 2 * stride * count;
  for (let p = 0, t = 0; p < count; p++, t += 6) {
    const w1r = twiddles[t]!,
      w1i = twiddles[t + 1]!;
    const w2r = twiddles[t + 2]!,
      w2i = twiddles[t + 3]!;
    const w3r = twiddles[t + 4]!,
      w3i = twiddles[t + 5]!;
    for (let q = 0; q < stride; q++) {
      const i = 2 * (q + stride * p);
      const sumR = x[i]! + x[i + 2 * step]!,
        sumI = x[i + 1]! + x[i + 2 * step + 1]!;
      const difR = x[i]! - x[i + 2 * step]!,
        difI = x[i + 1]! - x[i + 2 * step + 1]!;
      const oddR = x[i + step]! + x[i + 3 * step]!,
        oddI = x[i + step + 1]! + x[i + 3 * step + 1]!;
      const turnR = x[i + step + 1]! - x[i + 3 * step + 1]!,
        turnI = x[i + 3 * step]! - x[i + step]!;
      const o = 2 * (q + stride * 4 * p);
      y[o] = sumR + oddR;
      y[o + 1] = sumI + oddI;
      rotate(y, o + 2 * stride, difR + turnR, difI + turnI, w1r, w1i);
      rotate(y, o + 4 * stride, sumR - oddR, sumI - oddI, w2r, w2i);
      rotate(y, o + 6 * stride, difR - turnR, difI - turnI, w3r, w3i);
    }
  }
}

function radix5({ count, stride, twiddles }: Stage, x: Float64Array, y: Float64Array): void {
  const step = 2 * stride * count;
  for (let p = 0, t = 0; p < count; p++, t += 8) {
    for (let q = 0; q < stride; q++) {
      const i = 2 * (q + stride * p);
      const zeroR = x[i]!,
        zeroI = x[i + 1]!;
      const outerR = x[i + step]! + x[i + 4 * step]!,
        outerI = x[i + step + 1]! + x[i + 4 * step + 1]!;
      const outerDifR = x[i + step]! - x[i + 4 * step]!,
        outerDifI = x[i + step + 1]! - x[i + 4 * step + 1]!;
      const innerR = x[i + 2 * step]! + x[i + 3 * step]!,
        innerI = x[i + 2 * step + 1]! + x[i + 3 * step + 1]!;
      const innerDifR = x[i + 2 * step]! - x[i + 3 * step]!,
        innerDifI = x[i + 2 * step + 1]! - x[i + 3 * step + 1]!;
      const aR = zeroR + COS_1 * outerR + COS_2 * innerR,
        aI = zeroI + COS_1 * outerI + COS_2 * innerI;
      const bR = zeroR + COS_2 * outerR + COS_1 * innerR,
        bI = zeroI + COS_2 * outerI + COS_1 * innerI;
      // Multiplied by -i, as the sign of the forward transform asks.
      const cR = SIN_1 * outerDifI + SIN_2 * innerDifI,
        cI = -SIN_1 * outerDifR - SIN_2 * innerDifR;
      const dR = SIN_2 * outerDifI - SIN_1 * innerDifI,
        dI = -SIN_2 * outerDifR + SIN_1 * innerDifR;
      const o = 2 * (q + stride * 5 * p);
      y[o] = zeroR + outerR + innerR;
      y[o + 1] = zeroI + outerI + innerI;
      rotate(y, o + 2 * stride, aR + cR, aI + cI, twiddles[t]!, twiddles[t + 1]!);
      rotate(y, o + 4 * stride, bR + dR, bI + dI, twiddles[t + 2]!, twiddles[t + 3]!);
      rotate(y, o + 6 * stride, bR - dR, bI - dI, twiddles[t + 4]!, twiddles[t + 5]!);
      rotate(y, o + 8 * stride, aR - cR, aI - cI, twiddles[t + 6]!, twiddles[t + 7]!);
    }
  }
}

function rotate(y: Float64Array, at: number, re: number, im: number, wr: number, wi: number): void {
  y[at] = re * wr - im * wi;
  y[at + 1] = re * wi + im * wr;
}
