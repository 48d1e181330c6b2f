import { beforeAll, describe, expect, it } from 'vitest';
import { bestCorrelation, decodeFile } from './decoded';
import { jfk, mediaFixture } from './fixture-files';

/** Every kind of file made from the first seconds of jfk.wav. Lossy ones may differ a little, length may not. */
const RECORDINGS: [name: string, seconds: number][] = [
  ['pcm-u8-16k.wav', 5],
  ['pcm-s16-48k-stereo.wav', 2],
  ['pcm-s24-44k.wav', 2],
  ['pcm-s32-16k.wav', 2],
  ['pcm-f32-16k.wav', 2],
  ['pcm-f64-8k.wav', 2],
  ['pcm-mulaw-8k.wav', 5],
  ['pcm-alaw-8k.wav', 5],
  ['pcm-5.1.wav', 2],
  ['stereo-44k.mp3', 5],
  ['mono-16k.mp3', 5],
  ['no-header-24k.mp3', 5],
  ['stereo-44k.m4a', 5],
  ['5.1-48k.m4a', 5],
  ['video.mp4', 5],
  ['fragmented.mp4', 5],
  ['ac3-then-aac.mp4', 5],
  ['video.mov', 5],
  ['pcm.mov', 2],
  ['mono-16k.aac', 5],
  ['stereo-48k.aac', 5],
  ['mono-16k.flac', 5],
  ['stereo-48k-24bit.flac', 2],
  ['opus.ogg', 5],
  ['vorbis.ogg', 5],
  ['opus.webm', 5],
  ['vorbis.webm', 5],
  ['aac.mkv', 5],
  ['pcm.mkv', 2],
  ['aac-16k.mpegts', 5],
  ['aac-48k.mpegts', 5],
];

const MOST_SHIFT_SECONDS = 0.05;

describe('every format becomes the audio it was made from', () => {
  let original: Float32Array;
  beforeAll(async () => {
    original = (await decodeFile(await jfk())).samples;
  });

  it.each(RECORDINGS)('%s', async (name, seconds) => {
    const { samples, decodedSeconds, startSeconds, endSeconds, gaps } = await decodeFile(
      await mediaFixture(name),
    );
    const best = bestCorrelation(
      samples,
      original.subarray(0, seconds * 16_000),
      MOST_SHIFT_SECONDS * 16_000,
    );
    expect(Math.abs(decodedSeconds - seconds)).toBeLessThan(0.05);
    expect(Math.abs(samples.length / 16_000 - seconds)).toBeLessThan(0.05);
    expect(startSeconds).toBeLessThan(0.05);
    expect(Math.abs(endSeconds - seconds)).toBeLessThan(0.05);
    expect(best.value).toBeGreaterThan(0.9);
    expect(gaps).toEqual([]);
  });
});
