/**
 * Whisper's log-mel spectrogram. In: 16 kHz mono samples. Out: `[melBins, frames]` float32, one frame per 10 ms, equal
 * to transformers' WhisperFeatureExtractor within 1e-4 (tests/unit/speech-log-mel.test.ts).
 * The decision to know: the zeros that fill a window behind a short clip are never transformed; their frames all
 * have the same value, so a 3 s clip costs a tenth of a 30 s one.
 */
import { SAMPLE_RATE } from '../lib/units';
import { FRAME_LENGTH, RealFft, SPECTRUM_BINS } from './real-fft';

/** Samples from one mel frame to the next: 10 ms. */
export const HOP_LENGTH = 160;
/** Mel frames of a full window: 30 s. */
export const WINDOW_FRAMES = 3000;

const HALF = FRAME_LENGTH / 2;
const SMALLEST_POWER = 1e-10;
/** log10 range that is kept below the loudest value of a window. */
const DYNAMIC_RANGE = 8;

export class LogMel {
  readonly melBins: number;
  #fft = new RealFft();
  #power = new Float64Array(SPECTRUM_BINS);
  #hann = Float64Array.from(
    { length: FRAME_LENGTH },
    (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / FRAME_LENGTH),
  );
  #filters: MelFilters;

  constructor(melBins: number) {
    this.melBins = melBins;
    this.#filters = createMelFilters(melBins);
  }

  /**
   * Writes `[melBins, frames]` into `out`. `samples` is followed by zeros up to `frames * 160` samples; what is
   * longer than that is ignored.
   */
  compute(samples: Float32Array, frames: number, out: Float32Array): void {
    const length = Math.min(samples.length, frames * HOP_LENGTH);
    // A frame reaches 200 samples to both sides of its centre: from here on there is only silence.
    const voicedFrames = Math.min(frames, Math.ceil((length + HALF) / HOP_LENGTH));
    const { starts, offsets, weights } = this.#filters;
    let loudest = Math.log10(SMALLEST_POWER);
    for (let frame = 0; frame < voicedFrames; frame++) {
      this.#load(samples, length, frame * HOP_LENGTH - HALF, frames * HOP_LENGTH);
      this.#fft.power(this.#power);
      for (let mel = 0; mel < this.melBins; mel++) {
        let sum = 0;
        let bin = starts[mel]!;
        for (let i = offsets[mel]!, end = offsets[mel + 1]!; i < end; i++)
          sum += weights[i]! * this.#power[bin++]!;
        const value = Math.log10(sum > SMALLEST_POWER ? sum : SMALLEST_POWER);
        if (value > loudest) loudest = value;
        out[mel * frames + frame] = value;
      }
    }
    const floor = loudest - DYNAMIC_RANGE;
    const silence = (Math.max(Math.log10(SMALLEST_POWER), floor) + 4) / 4;
    for (let mel = 0; mel < this.melBins; mel++) {
      const row = mel * frames;
      for (let i = row; i < row + voicedFrames; i++) out[i] = ((out[i]! > floor ? out[i]! : floor) + 4) / 4;
      out.fill(silence, row + voicedFrames, row + frames);
    }
  }

  /** Puts 400 windowed samples from `from` on into the transform; the window of `total` samples is mirrored at its ends. */
  #load(samples: Float32Array, length: number, from: number, total: number): void {
    const { input } = this.#fft;
    const hann = this.#hann;
    if (from >= 0 && from + FRAME_LENGTH <= length) {
      for (let n = 0; n < FRAME_LENGTH; n++) input[n] = samples[from + n]! * hann[n]!;
      return;
    }
    for (let n = 0; n < FRAME_LENGTH; n++) {
      let at = Math.abs(from + n);
      if (at >= total) at = 2 * (total - 1) - at;
      input[n] = at < length ? samples[at]! * hann[n]! : 0;
    }
  }
}

/** Triangular filters, stored without their zeros: filter m holds `weights[offsets[m] .. offsets[m + 1]]` from bin `starts[m]` on. */
interface MelFilters {
  starts: Int32Array;
  offsets: Int32Array;
  weights: Float64Array;
}

/** Slaney's mel scale: linear below 1 kHz, logarithmic above (librosa's default, which Whisper was trained with). */
const LINEAR_HERTZ_PER_MEL = 200 / 3;
const BREAK_HERTZ = 1000;
const BREAK_MEL = BREAK_HERTZ / LINEAR_HERTZ_PER_MEL;
const LOG_STEP = Math.log(6.4) / 27;

const hertzToMel = (hertz: number): number =>
  hertz < BREAK_HERTZ ? hertz / LINEAR_HERTZ_PER_MEL : BREAK_MEL + Math.log(hertz / BREAK_HERTZ) / LOG_STEP;
const melToHertz = (mel: number): number =>
  mel < BREAK_MEL ? mel * LINEAR_HERTZ_PER_MEL : BREAK_HERTZ * Math.exp(LOG_STEP * (mel - BREAK_MEL));

function createMelFilters(melBins: number): MelFilters {
  const highestMel = hertzToMel(SAMPLE_RATE / 2);
  const edges = Array.from({ length: melBins + 2 }, (_, i) => melToHertz((highestMel * i) / (melBins + 1)));
  const hertzPerBin = SAMPLE_RATE / FRAME_LENGTH;
  const starts = new Int32Array(melBins);
  const offsets = new Int32Array(melBins + 1);
  const weights: number[] = [];
  for (let mel = 0; mel < melBins; mel++) {
    const [low, centre, high] = [edges[mel]!, edges[mel + 1]!, edges[mel + 2]!];
    const first = Math.floor(low / hertzPerBin) + 1;
    starts[mel] = first;
    for (let bin = first; bin * hertzPerBin < high && bin < SPECTRUM_BINS; bin++) {
      const hertz = bin * hertzPerBin;
      const height = Math.min((hertz - low) / (centre - low), (high - hertz) / (high - centre));
      // Each triangle has the same area (Slaney's normalization).
      weights.push((height * 2) / (high - low));
    }
    offsets[mel + 1] = weights.length;
  }
  return { starts, offsets, weights: Float64Array.from(weights) };
}
