import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fbankFrames, FilterBank, MEL_BANDS } from '../../src/speakers/fbank';
import reference from '../fixtures/fbank.json';
import { readWav } from '../fixtures/wav';

const speech = readWav(readFileSync(new URL('../fixtures/jfk.wav', import.meta.url)));

test("filter-bank energies are Kaldi's within 1e-3", () => {
  const out = new FilterBank().compute(speech);
  expect(out.length).toBe(reference.frameCount * MEL_BANDS);
  const expected = new Float32Array(Uint8Array.from(Buffer.from(reference.values, 'base64')).buffer);
  let largest = 0;
  reference.frames.forEach((frame, i) => {
    for (let band = 0; band < MEL_BANDS; band++) {
      const apart = Math.abs(out[frame * MEL_BANDS + band]! - expected[i * MEL_BANDS + band]!);
      largest = Math.max(largest, apart);
    }
  });
  expect(largest).toBeLessThan(1e-3);
});

test('less than one frame gives none, silence gives the floor', () => {
  expect(fbankFrames(399)).toBe(0);
  expect(new FilterBank().compute(new Float32Array(399)).length).toBe(0);
  const silence = new FilterBank().compute(new Float32Array(560));
  expect(silence.length).toBe(2 * MEL_BANDS);
  expect(new Set(silence)).toEqual(new Set([Math.fround(Math.log(1.1920929e-7))]));
});
