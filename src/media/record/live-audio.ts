/**
 * A recording under way as 16 kHz mono audio: the same as `open-audio` gives of a file, except that at the end it
 * waits for more. In: the growing file and which of its channels. Out: stretches without a hole.
 */
import { secondsToSamples } from '../../lib/units';
import type { GrowingFile } from '../../protocol/growing-file-port';
import type { LiveInput } from '../../protocol/media';
import type { Gap } from '../gap';
import type { AudioStretch, MonoAudio } from '../open-audio';
import { createResampler, type Resampler } from '../../lib/resample';
import { takeChannel } from './samples';

const SAMPLE_BYTES = 2;
/** What a reader that has fallen behind takes at once. */
const MOST_SECONDS = 2;

export interface LiveAudio extends MonoAudio {
  /** False where `next` would wait for somebody to speak. */
  readonly more: boolean;
}

export function openLiveAudio(file: GrowingFile, input: LiveInput, fromSeconds: number): LiveAudio {
  return new GrowingAudio(file, input, fromSeconds);
}

class GrowingAudio implements LiveAudio {
  readonly durationSeconds = null;
  readonly format = 'recording, pcm-s16';
  readonly tracks = [];
  readonly trackIndex = 0;
  readonly sampleRate: number;
  readonly channels: number;
  readonly stageSeconds = { decode: 0, resample: 0 };
  decodedSeconds = 0;
  more = true;
  #resampler: Resampler | null;
  /** In the file. */
  #position: number;
  /** At 16 kHz. */
  #sample: number;

  constructor(
    readonly file: GrowingFile,
    readonly input: LiveInput,
    readonly fromSeconds: number,
  ) {
    this.sampleRate = input.sampleRate;
    this.channels = input.channels;
    this.#resampler = createResampler(input.sampleRate);
    this.#position = Math.round(fromSeconds * input.sampleRate) * this.#frameBytes;
    this.#sample = secondsToSamples(fromSeconds);
  }

  async next(): Promise<AudioStretch | null> {
    while (this.#resampler) {
      const { sampleRate, channels, channel } = this.input;
      const { bytes, more } = await this.file.read(
        this.#position,
        Math.round(MOST_SECONDS * sampleRate) * this.#frameBytes,
      );
      this.more = more;
      this.#position += bytes.length;
      const startedAt = performance.now();
      const plane = takeChannel(new Int16Array(bytes.buffer), channels, channel);
      this.decodedSeconds += plane.length / sampleRate;
      const samples = plane.length > 0 ? this.#resampler.push(plane) : this.#resampler.finish();
      if (plane.length === 0) this.#resampler = null;
      this.stageSeconds.resample += (performance.now() - startedAt) / 1000;
      const startSample = this.#sample;
      this.#sample += samples.length;
      if (samples.length > 0) return { startSample, samples };
    }
    return null;
  }

  takeGaps(): Gap[] {
    return [];
  }

  close(): void {
    this.file.close();
  }

  get #frameBytes(): number {
    return this.input.channels * SAMPLE_BYTES;
  }
}
