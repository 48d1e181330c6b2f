/**
 * From probabilities to stretches of speech. In: one probability per frame, in order. Out: regions in samples, with
 * hysteresis, so that a dip inside a word does not end it. Pure; regions are given out as soon as they are certain.
 */

import type { VoiceMemory } from '../protocol/checkpoint';
import { DEFAULT_THRESHOLDS, type SpeechThresholds } from '../protocol/speech-thresholds';

/** Half-open, in samples of the recording. */
export interface SampleRegion {
  start: number;
  end: number;
}

export interface SpeechRegionsOptions {
  frameSamples: number;
  sampleRate: number;
  thresholds?: SpeechThresholds;
}

export type OpenSpeech = Pick<VoiceMemory, 'speechStart' | 'voicedEnd'>;
const NO_SPEECH: OpenSpeech = { speechStart: null, voicedEnd: 0 };

export class SpeechRegions {
  #frameSamples: number;
  #thresholds: SpeechThresholds;
  #shortestSpeech: number;
  #shortestSilence: number;
  /** Start of the speech that goes on, or null. */
  #start: number | null;
  /** End of its last voiced frame. */
  #voicedEnd: number;
  /** End of the last frame seen. */
  #position: number;

  /** `open`: speech that goes on at `startSample`, as `open` told in an earlier run. */
  constructor(
    { frameSamples, sampleRate, thresholds = DEFAULT_THRESHOLDS }: SpeechRegionsOptions,
    startSample: number,
    open: OpenSpeech = NO_SPEECH,
  ) {
    this.#start = open.speechStart;
    this.#voicedEnd = open.voicedEnd;
    this.#frameSamples = frameSamples;
    this.#thresholds = thresholds;
    this.#shortestSpeech = thresholds.shortestSpeechSeconds * sampleRate;
    this.#shortestSilence = thresholds.shortestSilenceSeconds * sampleRate;
    this.#position = startSample;
  }

  /** Regions that end with these frames. */
  push(probabilities: Float32Array): SampleRegion[] {
    const regions: SampleRegion[] = [];
    for (const probability of probabilities) {
      const frameStart = this.#position;
      this.#position += this.#frameSamples;
      if (this.#start === null) {
        if (probability < this.#thresholds.startProbability) continue;
        this.#start = frameStart;
        this.#voicedEnd = this.#position;
      } else if (probability >= this.#thresholds.endProbability) {
        this.#voicedEnd = this.#position;
      } else if (this.#position - this.#voicedEnd >= this.#shortestSilence) {
        this.#end(regions);
      }
    }
    return regions;
  }

  /** The region that was still open, at the end of the recording or before a hole. */
  finish(): SampleRegion[] {
    const regions: SampleRegion[] = [];
    if (this.#start !== null) this.#end(regions);
    return regions;
  }

  /**
   * What later frames cannot take back: speech that goes on counts once it is long enough to be kept, and only up to
   * its last voiced frame. Whoever decides by this decides the same however the audio was cut into pieces.
   */
  get certain(): { openStart: number | null; position: number } {
    if (this.#start === null) return { openStart: null, position: this.#position };
    const isKept = this.#voicedEnd - this.#start >= this.#shortestSpeech;
    return isKept
      ? { openStart: this.#start, position: this.#voicedEnd }
      : { openStart: null, position: this.#start };
  }

  get open(): OpenSpeech {
    return { speechStart: this.#start, voicedEnd: this.#voicedEnd };
  }

  /** End of the last frame seen. */
  get position(): number {
    return this.#position;
  }

  #end(regions: SampleRegion[]): void {
    const region = { start: this.#start!, end: this.#voicedEnd };
    this.#start = null;
    if (region.end - region.start >= this.#shortestSpeech) regions.push(region);
  }
}
