/**
 * Mel filter-bank energies as Kaldi makes them, which every published speaker model takes, and the one that ships here.
 * In: 16 kHz mono samples. Out: `[frames, 80]` natural logs, a frame every 10 ms. Without dither and energy, Hamming
 * window, equal to torchaudio.compliance.kaldi.fbank within 1e-3 (tests/unit/speakers-fbank.test.ts).
 */
import FFT from 'fft.js';
import { SAMPLE_RATE } from '../lib/units';

export const MEL_BANDS = 80;
const FRAME_SAMPLES = 400;
const HOP_SAMPLES = 160;
const FFT_SIZE = 512;
const PRE_EMPHASIS = 0.97;
/** Kaldi works on whole numbers of 16 bits; its floor is a float's epsilon. */
const FULL_SCALE = 32_768;
const SMALLEST_ENERGY = 1.192_092_9e-7;
const LOWEST_HERTZ = 20;

/** Frames of so many samples; a started one does not count. */
export const fbankFrames = (samples: number): number =>
  samples < FRAME_SAMPLES ? 0 : 1 + Math.floor((samples - FRAME_SAMPLES) / HOP_SAMPLES);

export const secondsToFrames = (seconds: number): number => Math.round((seconds * SAMPLE_RATE) / HOP_SAMPLES);

export class FilterBank {
  #fft = new FFT(FFT_SIZE);
  #frame = new Float64Array(FFT_SIZE);
  #spectrum = new Float64Array(2 * FFT_SIZE);
  #power = new Float64Array(FFT_SIZE / 2);
  #window = Float64Array.from(
    { length: FRAME_SAMPLES },
    (_, n) => 0.54 - 0.46 * Math.cos((2 * Math.PI * n) / (FRAME_SAMPLES - 1)),
  );
  #filters = createFilters();

  /** `[fbankFrames(samples.length), 80]`. */
  compute(samples: Float32Array): Float32Array {
    const frames = fbankFrames(samples.length);
    const out = new Float32Array(frames * MEL_BANDS);
    for (let frame = 0; frame < frames; frame++) {
      this.#load(samples, frame * HOP_SAMPLES);
      this.#fft.realTransform(this.#spectrum, this.#frame);
      for (let bin = 0; bin < this.#power.length; bin++) {
        const [real, imaginary] = [this.#spectrum[2 * bin]!, this.#spectrum[2 * bin + 1]!];
        this.#power[bin] = real * real + imaginary * imaginary;
      }
      this.#filters.forEach(({ start, weights }, band) => {
        let energy = 0;
        for (let i = 0; i < weights.length; i++) energy += weights[i]! * this.#power[start + i]!;
        out[frame * MEL_BANDS + band] = Math.log(Math.max(energy, SMALLEST_ENERGY));
      });
    }
    return out;
  }

  /** One frame without its mean, its high notes raised, under the window; the rest of the transform stays zero. */
  #load(samples: Float32Array, from: number): void {
    let sum = 0;
    for (let n = 0; n < FRAME_SAMPLES; n++) sum += samples[from + n]!;
    const mean = sum / FRAME_SAMPLES;
    let before = (samples[from]! - mean) * FULL_SCALE;
    for (let n = 0; n < FRAME_SAMPLES; n++) {
      const value = (samples[from + n]! - mean) * FULL_SCALE;
      this.#frame[n] = (value - PRE_EMPHASIS * before) * this.#window[n]!;
      before = value;
    }
  }
}

const mel = (hertz: number): number => 1127 * Math.log1p(hertz / 700);

/** Triangles on the mel scale, from 20 Hz to half the sample rate. */
function createFilters(): { start: number; weights: Float64Array }[] {
  const [lowest, highest] = [mel(LOWEST_HERTZ), mel(SAMPLE_RATE / 2)];
  const edge = (index: number) => lowest + ((highest - lowest) * index) / (MEL_BANDS + 1);
  const bins = Array.from({ length: FFT_SIZE / 2 }, (_, bin) => mel((bin * SAMPLE_RATE) / FFT_SIZE));
  return Array.from({ length: MEL_BANDS }, (_, band) => {
    const [low, centre, high] = [edge(band), edge(band + 1), edge(band + 2)];
    const inside = bins.flatMap((at, bin) => (at > low && at < high ? [bin] : []));
    return {
      start: inside[0] ?? 0,
      weights: Float64Array.from(inside, (bin) =>
        Math.min((bins[bin]! - low) / (centre - low), (high - bins[bin]!) / (high - centre)),
      ),
    };
  });
}
