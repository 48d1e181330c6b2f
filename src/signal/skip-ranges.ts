/**
 * A recording without the stretches that need no recognition, because captions cover them. In: audio, and those
 * stretches. Out: audio with holes there, which the chunker treats as any other hole: nothing of them is heard, and no
 * chunk reaches into them. What could not be read inside them is no gap either.
 */
import { SAMPLE_RATE, secondsToSamples } from '../lib/units';
import { withoutRanges, type TimeRange } from '../lib/time-ranges';
import type { AudioStretch, MonoAudio } from '../media/open-audio';
import { AudioAround } from './audio-around';

/** `ranges` in order of time, not overlapping. */
export function skipRanges(audio: MonoAudio, ranges: readonly TimeRange[]): MonoAudio {
  return ranges.length === 0 ? audio : new AudioWithHoles(audio, ranges);
}

class AudioWithHoles extends AudioAround {
  /** Parts of the last stretch that are wanted. */
  #parts: AudioStretch[] = [];
  /** End of the last stretch read, wanted or not. */
  #end = 0;
  /** End of the last one given out. */
  #given = 0;

  constructor(
    audio: MonoAudio,
    readonly ranges: readonly TimeRange[],
  ) {
    super(audio);
  }

  async next(): Promise<AudioStretch | null> {
    for (;;) {
      const part = this.#parts.shift();
      if (part) return this.#give(part);
      const stretch = await this.audio.next();
      if (!stretch) return this.#ending();
      this.#end = stretch.startSample + stretch.samples.length;
      this.#parts = this.#cut(stretch);
    }
  }

  override takeGaps() {
    return super
      .takeGaps()
      .flatMap((gap) => withoutRanges(gap, this.ranges).map((range) => ({ ...gap, ...range })));
  }

  override close(): void {
    this.#parts = [];
    super.close();
  }

  #give(part: AudioStretch): AudioStretch {
    this.#given = part.startSample + part.samples.length;
    return part;
  }

  /** A recording that ends inside a skipped stretch has its full length all the same: an empty stretch tells it. */
  #ending(): AudioStretch | null {
    if (this.#given >= this.#end) return null;
    return this.#give({ startSample: this.#end, samples: new Float32Array(0) });
  }

  #cut({ startSample, samples }: AudioStretch): AudioStretch[] {
    const whole = { startSeconds: startSample / SAMPLE_RATE, endSeconds: this.#end / SAMPLE_RATE };
    return withoutRanges(whole, this.ranges).flatMap(({ startSeconds, endSeconds }) => {
      const start = Math.max(startSample, secondsToSamples(startSeconds));
      const part = samples.subarray(start - startSample, secondsToSamples(endSeconds) - startSample);
      return part.length === 0 ? [] : [{ startSample: start, samples: part }];
    });
  }
}
