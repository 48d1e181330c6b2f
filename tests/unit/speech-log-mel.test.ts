import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { LogMel, WINDOW_FRAMES } from '../../src/speech/log-mel';
import { RealFft } from '../../src/speech/real-fft';
import cases from '../fixtures/log-mel.json';
import { readWav } from '../fixtures/wav';

function noise(samples: number): Float32Array<ArrayBuffer> {
  const out = new Float32Array(samples);
  let state = 1;
  for (let i = 0; i < samples; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    out[i] = state / 2 ** 31 - 1;
  }
  return out;
}

const speech = readWav(readFileSync(new URL('../fixtures/jfk.wav', import.meta.url)));

test.each(cases)('$melBins mel bins of $audio are those of the reference within 1e-4', (reference) => {
  const samples = reference.audio === 'noise' ? noise(480_000) : speech;
  const out = new Float32Array(reference.melBins * WINDOW_FRAMES);
  new LogMel(reference.melBins).compute(samples, WINDOW_FRAMES, out);
  const bytes = Uint8Array.from(Buffer.from(reference.valuesByFrame, 'base64'));
  const expected = new Float32Array(bytes.buffer);
  let largest = 0;
  reference.frames.forEach((frame, i) => {
    for (let mel = 0; mel < reference.melBins; mel++) {
      const ours = out[mel * WINDOW_FRAMES + frame]!;
      largest = Math.max(largest, Math.abs(ours - expected[i * reference.melBins + mel]!));
    }
  });
  expect(largest).toBeLessThan(1e-4);
});

test('the transform gives the squared magnitudes of a plain discrete Fourier transform', () => {
  const signal = noise(400);
  const fft = new RealFft();
  fft.input.set(signal);
  const power = new Float64Array(201);
  fft.power(power);
  for (let k = 0; k <= 200; k++) {
    let re = 0;
    let im = 0;
    for (let n = 0; n < 400; n++) {
      re += signal[n]! * Math.cos((2 * Math.PI * k * n) / 400);
      im -= signal[n]! * Math.sin((2 * Math.PI * k * n) / 400);
    }
    expect(power[k]).toBeCloseTo(re * re + im * im, 8);
  }
});

test('a shorter window gives the same frames as a longer one, up to where it ends', () => {
  const mel = new LogMel(80);
  const long = new Float32Array(80 * WINDOW_FRAMES);
  const short = new Float32Array(80 * 1200);
  mel.compute(speech, WINDOW_FRAMES, long);
  mel.compute(speech, 1200, short);
  for (let bin = 0; bin < 80; bin++) {
    for (const frame of [0, 500, 1000, 1199])
      expect(short[bin * 1200 + frame]).toBe(long[bin * 3000 + frame]);
  }
});

test('a used instance gives the same as a fresh one', () => {
  const mel = new LogMel(80);
  const first = new Float32Array(80 * WINDOW_FRAMES);
  const again = new Float32Array(80 * WINDOW_FRAMES).fill(7);
  mel.compute(speech, WINDOW_FRAMES, first);
  mel.compute(noise(480_000), WINDOW_FRAMES, again);
  mel.compute(speech, WINDOW_FRAMES, again);
  expect(again).toEqual(first);
});
