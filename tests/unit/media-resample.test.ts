import { ConverterType, create } from '@alexanderolsen/libsamplerate-js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createResampler } from '../../src/lib/resample';

const tone = (hertz: number, rate: number, length: number): Float32Array =>
  Float32Array.from({ length }, (_, index) => 0.5 * Math.sin((2 * Math.PI * hertz * index) / rate));

function resample(
  rate: number,
  input: Float32Array,
  pieces: readonly number[] = [input.length],
): Float32Array {
  const resampler = createResampler(rate);
  const output: number[] = [];
  let at = 0;
  for (let turn = 0; at < input.length; turn++) {
    const length = pieces[turn % pieces.length]!;
    output.push(...resampler.push(input.subarray(at, at + length)));
    at += length;
  }
  output.push(...resampler.finish());
  return Float32Array.from(output);
}

const largestDifference = (a: Float32Array, b: Float32Array, margin: number): number => {
  let largest = 0;
  for (let index = margin; index < a.length - margin; index++)
    largest = Math.max(largest, Math.abs(a[index]! - b[index]!));
  return largest;
};

const RATES = [8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_000, 44_100, 48_000, 96_000, 192_000];

describe('resampling to 16 kHz', () => {
  it.each(RATES)('keeps length and a 1 kHz tone from %i Hz', (rate) => {
    const output = resample(rate, tone(1000, rate, rate));
    expect(output).toHaveLength(16_000);
    expect(largestDifference(output, tone(1000, 16_000, 16_000), 200)).toBeLessThan(2e-4);
  });

  it('lets nothing above 9 kHz through', () => {
    const output = resample(48_000, tone(9500, 48_000, 48_000));
    expect(largestDifference(output, new Float32Array(16_000), 200)).toBeLessThan(1e-3);
  });

  it('agrees with libsamplerate on speech-like sound', async () => {
    const input = new Float32Array(44_100);
    for (const [index, hertz] of [120, 240, 700, 1800, 3100, 5200].entries())
      tone(hertz, 44_100, input.length).forEach((value, at) => (input[at]! += value / (index + 2)));
    const converter = await create(1, 44_100, 16_000, { converterType: ConverterType.SRC_SINC_BEST_QUALITY });
    const reference = converter.simple(input);
    converter.destroy();
    const output = resample(44_100, input);
    expect(largestDifference(output.subarray(0, reference.length), reference, 200)).toBeLessThan(1e-3);
  });

  it('gives the same in pieces of any length as in one', () => {
    const pieces = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(
        fc.constantFrom(...RATES),
        pieces,
        fc.integer({ min: 0, max: 20_000 }),
        (rate, lengths, length) => {
          const input = tone(700, rate, length);
          expect(resample(rate, input, lengths)).toEqual(resample(rate, input));
        },
      ),
      { numRuns: 60 },
    );
  });
});
