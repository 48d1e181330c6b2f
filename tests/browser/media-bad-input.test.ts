import { describe, expect, it } from 'vitest';
import { LonghandError } from '../../src/lib/errors';
import { bestCorrelation, decodeFile } from './decoded';
import { jfk, mediaFixture } from './fixture-files';

async function failureOf(file: File): Promise<LonghandError> {
  try {
    await decodeFile(file);
  } catch (error) {
    if (error instanceof LonghandError) return error;
    throw error;
  }
  throw new Error(`${file.name} was read`);
}

describe('what cannot be read is refused with its reason', () => {
  it.each([
    ['empty.mp3', 'media/empty-file', {}],
    ['text.mp3', 'media/unknown-format', {}],
    ['no-sound.mp4', 'media/no-audio-track', { videoTracks: 1 }],
    ['only-ac3.mp4', 'media/unsupported-codec', { codec: 'ac3' }],
    ['unsupported.amr', 'media/unsupported-codec', { codec: 'AMR' }],
    ['no-samples.wav', 'media/zero-length', {}],
  ])('%s: %s', async (name, code, values) => {
    const failure = await failureOf(await mediaFixture(name));
    expect(failure.code).toBe(code);
    expect(failure.values).toMatchObject({ name, ...values });
  });
});

describe('of a damaged file the rest is read, and the damage is a gap', () => {
  it.each(['truncated.mp3', 'truncated.m4a', 'truncated.webm'])('%s ends in a gap', async (name) => {
    const { endSeconds, gaps } = await decodeFile(await mediaFixture(name));
    expect(endSeconds).toBeGreaterThan(4);
    expect(endSeconds).toBeLessThan(7);
    expect(gaps).toHaveLength(1);
    expect(gaps[0]!.reason).toBe('media/damaged');
    expect(gaps[0]!.startSeconds).toBeCloseTo(endSeconds, 1);
    expect(gaps[0]!.endSeconds).toBeCloseTo(11, 1);
  });

  it.each(['corrupt-middle.mp3', 'corrupt-middle.m4a'])('%s keeps its time after the gap', async (name) => {
    const original = (await decodeFile(await jfk())).samples;
    const { stretches, endSeconds, gaps } = await decodeFile(await mediaFixture(name));
    expect(endSeconds).toBeCloseTo(11, 1);
    expect(gaps.length).toBeGreaterThan(0);
    for (const { startSeconds, endSeconds: gapEnd } of gaps) {
      expect(startSeconds).toBeGreaterThan(3);
      expect(gapEnd).toBeLessThan(7.5);
    }
    const [first, last] = [stretches[0]!, stretches.at(-1)!];
    expect(first.startSample).toBe(0);
    expect(bestCorrelation(first.samples.subarray(0, 48_000), original, 400).value).toBeGreaterThan(0.9);
    const tail = last.samples.subarray(-48_000);
    const tailStart = last.startSample + last.samples.length - tail.length;
    expect(bestCorrelation(tail, original.subarray(tailStart), 800).value).toBeGreaterThan(0.9);
  });
});

describe('reading from a place in the middle', () => {
  it.each([
    'mono-16k.mp3',
    'mono-16k.aac',
    'mono-16k.flac',
    'video.mp4',
    'opus.webm',
    'vorbis.ogg',
    'pcm-mulaw-8k.wav',
  ])('%s gives what reading from the start gives there', async (name) => {
    const file = await mediaFixture(name);
    const whole = await decodeFile(file);
    const part = await decodeFile(file, 2.5);
    expect(part.startSeconds).toBeCloseTo(2.5, 2);
    expect(part.endSeconds).toBeCloseTo(whole.endSeconds, 2);
    const rest = whole.samples.subarray(Math.round((part.startSeconds - whole.startSeconds) * 16_000));
    expect(bestCorrelation(part.samples, rest, 20).value).toBeGreaterThan(0.99);
  });
});
