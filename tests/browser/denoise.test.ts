/** RNNoise in the media worker's stream and in the audio thread: what it does to speech, noise, times and memory. */
import { beforeAll, describe, expect, test } from 'vitest';
import { loadRnnoise, RNNOISE_RATE } from '../../src/lib/rnnoise';
import { createResampler } from '../../src/lib/resample';
import type { MonoAudio } from '../../src/media/open-audio';
import { denoise, denoisingStart } from '../../src/signal/denoise';
import { spawn } from '../../src/spawn';
import { noSpeech } from '../fixtures/no-speech';
import { readWav, wavOf } from '../fixtures/wav';
import { bestCorrelation, openFileAudio } from './decoded';
import { jfk } from './fixture-files';

let rnnoise: WebAssembly.Module;
let clip: Float32Array<ArrayBuffer>;
/** 44 s: the clip four times, with noise as loud as a fan beside the microphone. */
let noisy: Float32Array<ArrayBuffer>;

beforeAll(async () => {
  rnnoise = await loadRnnoise();
  clip = readWav(new Uint8Array(await (await jfk()).arrayBuffer()));
  const noise = noSpeech('white noise', (4 * clip.length) / 16_000);
  noisy = noise.map((sample, index) => 0.15 * sample + clip[index % clip.length]!);
});

const fileOf = (samples: Float32Array) => new File([wavOf(samples)], 'made.wav');

async function cleanAudio(
  samples: Float32Array,
  { use = 'recognition', fromSeconds = 0 }: { use?: 'recognition' | 'vad'; fromSeconds?: number } = {},
): Promise<MonoAudio> {
  const audio = await openFileAudio(fileOf(samples), { fromSeconds });
  return denoise(audio, rnnoise, { use, startSeconds: 0 });
}

/** Everything from `fromSeconds` on, at its place; what lies before is warm-up. */
async function readFrom(
  audio: MonoAudio,
  seconds: number,
): Promise<{ samples: Float32Array; clean: Float32Array }> {
  const first = seconds * 16_000;
  const pieces = { samples: [] as number[], clean: [] as number[] };
  let expected: number | null = null;
  try {
    for (let next = await audio.next(); next; next = await audio.next()) {
      expect(next.startSample).toBe(expected ?? next.startSample);
      expected = next.startSample + next.samples.length;
      const early = Math.max(0, first - next.startSample);
      pieces.samples.push(...next.samples.subarray(early));
      pieces.clean.push(...(next.clean ?? new Float32Array(0)).subarray(early));
    }
  } finally {
    audio.close();
  }
  return { samples: Float32Array.from(pieces.samples), clean: Float32Array.from(pieces.clean) };
}

const loudness = (samples: Float32Array): number =>
  Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);

describe('in the stream', () => {
  test('noise goes, speech stays, every sample is at its place', async () => {
    const { samples } = await readFrom(await cleanAudio(noisy), 0);
    expect(samples).toHaveLength(noisy.length);
    const spoken = clip.subarray(0, 10 * 16_000);
    const { value, shift } = bestCorrelation(samples.subarray(22 * 16_000, 32 * 16_000), spoken, 400);
    expect(value).toBeGreaterThan(0.9);
    expect(Math.abs(shift)).toBeLessThan(32);
    const { samples: hush } = await readFrom(await cleanAudio(noSpeech('white noise', 8)), 2);
    expect(loudness(hush)).toBeLessThan(0.1 * loudness(noSpeech('white noise', 8)));
  });

  test('for voice activity only, the recognizer gets the recording as it is, beside the clean one', async () => {
    const { samples, clean } = await readFrom(await cleanAudio(noisy, { use: 'vad' }), 0);
    const raw = await readFrom(await openFileAudio(fileOf(noisy)), 0);
    expect(samples).toEqual(raw.samples);
    const { samples: cleaned } = await readFrom(await cleanAudio(noisy), 0);
    expect(clean).toEqual(cleaned);
  });

  test('a run that goes on in the middle hears exactly what one run hears', async () => {
    const { samples: whole } = await readFrom(await cleanAudio(noisy), 0);
    for (const seconds of [13, 41]) {
      const fromSeconds = Math.max(0, denoisingStart(seconds, 0) - 2);
      const { samples } = await readFrom(await cleanAudio(noisy, { fromSeconds }), seconds);
      expect(samples).toEqual(whole.subarray(seconds * 16_000));
    }
  });

  test('a hole is kept, and nothing crosses it', async () => {
    const inner = await openFileAudio(fileOf(noisy));
    const holed: MonoAudio = Object.create(inner, {
      next: {
        value: async () => {
          const next = await inner.next();
          return next && next.startSample >= 16_000 * 10
            ? { ...next, startSample: next.startSample + 16_000 * 5 }
            : next;
        },
      },
      takeGaps: { value: () => inner.takeGaps() },
      close: { value: () => inner.close() },
    }) as MonoAudio;
    const audio = denoise(holed, rnnoise, { use: 'recognition', startSeconds: 0 });
    const starts: number[] = [];
    let [length, end] = [0, 0];
    for (let next = await audio.next(); next; next = await audio.next()) {
      if (next.startSample !== end) starts.push(next.startSample - end);
      end = next.startSample + next.samples.length;
      length += next.samples.length;
    }
    audio.close();
    expect(starts).toEqual([16_000 * 5]);
    expect(length).toBe(noisy.length);
  });
});

test('in the audio thread, as the player hears it', async () => {
  const noise = noSpeech('white noise', 4);
  const up = createResampler(16_000, RNNOISE_RATE);
  const at48 = up.push(noise).slice();
  const context = new OfflineAudioContext(1, at48.length, RNNOISE_RATE);
  await spawn.denoise(context);
  const buffer = context.createBuffer(1, at48.length, RNNOISE_RATE);
  buffer.copyToChannel(at48, 0);
  const source = new AudioBufferSourceNode(context, { buffer });
  const denoiser = new AudioWorkletNode(context, 'denoise', {
    channelCount: 1,
    channelCountMode: 'explicit',
    outputChannelCount: [1],
    processorOptions: { rnnoise },
  });
  source.connect(denoiser).connect(context.destination);
  source.start();
  const played = (await context.startRendering()).getChannelData(0).subarray(2 * RNNOISE_RATE);
  expect(loudness(played)).toBeGreaterThan(0);
  expect(loudness(played)).toBeLessThan(0.1 * loudness(noise));
});
