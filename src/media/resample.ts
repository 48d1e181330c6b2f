/**
 * Any rate to 16 kHz, as a stream: samples go in piece by piece, and the result is the same as in one piece.
 * libsamplerate's fastest sinc (97 dB) is far beyond what speech recognition can hear.
 */
import { ConverterType, create } from '@alexanderolsen/libsamplerate-js';
import { SAMPLE_RATE } from '../lib/units';

/** The library's input buffer holds 1,008,000 samples. */
const LARGEST_PIECE = 500_000;
/** Longer than half its filter at any rate from 8 kHz on, in input samples. */
const FLUSH_SAMPLES = 4_096;

type Converter = Awaited<ReturnType<typeof create>>;

export interface Resampler {
  readonly inputRate: number;
  /** Samples at 16 kHz that are ready; valid until the next call. Some stay inside until `finish`. */
  push(samples: Float32Array): Float32Array;
  /** The rest: all pieces together then have `round(input * 16000 / inputRate)` samples. */
  finish(): Float32Array;
  close(): void;
}

export async function openResampler(inputRate: number): Promise<Resampler> {
  if (inputRate === SAMPLE_RATE) return passThrough();
  const converter = await create(1, inputRate, SAMPLE_RATE, {
    converterType: ConverterType.SRC_SINC_FASTEST,
  });
  return new SincResampler(converter, inputRate);
}

function passThrough(): Resampler {
  const nothing = new Float32Array(0);
  return {
    inputRate: SAMPLE_RATE,
    push: (samples) => samples,
    finish: () => nothing,
    close: () => undefined,
  };
}

class SincResampler implements Resampler {
  #output = new Float32Array(0);
  #frames = { frames: 0 };
  #taken = 0;
  #given = 0;
  #closed = false;

  constructor(
    readonly converter: Converter,
    readonly inputRate: number,
  ) {}

  push(samples: Float32Array): Float32Array {
    const ratio = SAMPLE_RATE / this.inputRate;
    const most = Math.ceil(samples.length * ratio) + FLUSH_SAMPLES;
    if (this.#output.length < most) this.#output = new Float32Array(most);
    let length = 0;
    for (let at = 0; at < samples.length; at += LARGEST_PIECE) {
      const piece = samples.subarray(at, at + LARGEST_PIECE);
      this.converter.full(piece, this.#output.subarray(length), this.#frames);
      length += this.#frames.frames;
    }
    this.#taken += samples.length;
    this.#given += length;
    return this.#output.subarray(0, length);
  }

  finish(): Float32Array {
    const missing = Math.round((this.#taken * SAMPLE_RATE) / this.inputRate) - this.#given;
    return this.push(new Float32Array(FLUSH_SAMPLES)).subarray(0, Math.max(0, missing));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.converter.destroy();
  }
}
