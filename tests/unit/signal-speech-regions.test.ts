import { describe, expect, it } from 'vitest';
import { quietestPlace } from '../../src/signal/quietest-place';
import { SampleBuffer } from '../../src/signal/sample-buffer';
import { SpeechRegions, type SampleRegion } from '../../src/signal/speech-regions';

const FRAME = 512;
const frames = (count: number, probability: number): number[] => Array<number>(count).fill(probability);

function regionsOf(probabilities: number[], pieceFrames = probabilities.length): SampleRegion[] {
  const regions = new SpeechRegions({ frameSamples: FRAME, sampleRate: 16_000 }, 1000);
  const found: SampleRegion[] = [];
  for (let at = 0; at < probabilities.length; at += pieceFrames)
    found.push(...regions.push(Float32Array.from(probabilities.slice(at, at + pieceFrames))));
  return [...found, ...regions.finish()];
}

const region = (firstFrame: number, endFrame: number): SampleRegion => ({
  start: 1000 + firstFrame * FRAME,
  end: 1000 + endFrame * FRAME,
});

describe('regions of speech', () => {
  it('start and end with the voice', () => {
    expect(regionsOf([...frames(5, 0.1), ...frames(20, 0.9), ...frames(20, 0.1)])).toEqual([region(5, 25)]);
  });

  it('go on through a dip, and through doubt that does not fall far', () => {
    const dip = [...frames(10, 0.9), ...frames(2, 0.1), ...frames(10, 0.9), ...frames(10, 0.1)];
    expect(regionsOf(dip)).toEqual([region(0, 22)]);
    expect(regionsOf([...frames(10, 0.9), ...frames(10, 0.4), ...frames(10, 0.1)])).toEqual([region(0, 20)]);
  });

  it('leave out what is shorter than a syllable', () => {
    expect(regionsOf([...frames(10, 0), ...frames(4, 0.9), ...frames(10, 0)])).toEqual([]);
  });

  it('are the same however the frames come', () => {
    const probabilities = Array.from({ length: 400 }, (_, frame) => (Math.sin(frame / 9) + 1) / 2);
    const expected = regionsOf(probabilities);
    expect(expected.length).toBeGreaterThan(3);
    for (const pieceFrames of [1, 7, 64]) expect(regionsOf(probabilities, pieceFrames)).toEqual(expected);
  });

  it('tell of speech that goes on what later frames cannot take back', () => {
    const regions = new SpeechRegions({ frameSamples: FRAME, sampleRate: 16_000 }, 0);
    const hear = (...probabilities: number[]) => {
      regions.push(Float32Array.from(probabilities));
      return regions.certain;
    };
    expect(hear(0.1, 0.1)).toEqual({ openStart: null, position: 2 * FRAME });
    // Too short yet to be kept.
    expect(hear(0.9, 0.9)).toEqual({ openStart: null, position: 2 * FRAME });
    expect(hear(...frames(6, 0.9))).toEqual({ openStart: 2 * FRAME, position: 10 * FRAME });
    // Perhaps a dip inside it, perhaps its end.
    expect(hear(0)).toEqual({ openStart: 2 * FRAME, position: 10 * FRAME });
    expect(hear(...frames(6, 0))).toEqual({ openStart: null, position: 17 * FRAME });
  });
});

describe('the quietest place', () => {
  it('is where the sound is weakest', () => {
    const samples = Float32Array.from({ length: 16_000 }, (_, index) =>
      index > 9000 && index < 11_000 ? 0 : 0.5,
    );
    expect(Math.abs(quietestPlace(samples, 16_000) - 10_000)).toBeLessThan(800);
  });

  it('is the end of a piece too short to choose', () => {
    expect(quietestPlace(new Float32Array(10), 16_000)).toBe(10);
  });
});

describe('the sample buffer', () => {
  it('keeps positions while it forgets', () => {
    const buffer = new SampleBuffer(4);
    buffer.restart(100);
    buffer.append(Float32Array.of(1, 2, 3));
    buffer.discardBefore(102);
    buffer.append(Float32Array.of(4, 5, 6, 7, 8));
    expect([buffer.start, buffer.end]).toEqual([102, 108]);
    expect([...buffer.copy(103, 106)]).toEqual([4, 5, 6]);
  });
});
