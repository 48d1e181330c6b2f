/**
 * From probabilities to stretches of speech. In: one probability per frame, in order. Out: regions in samples, with
 * hysteresis, so that a dip inside a word does not end it. Pure; regions are given out as soon as they are certain.
 */

/** Silero's own defaults. Speech starts above the first, and ends below the second for long enough. */
const START_PROBABILITY = 0.5;
const END_PROBABILITY = 0.35;
const SHORTEST_SPEECH_SECONDS = 0.25;
const SHORTEST_SILENCE_SECONDS = 0.1;

/** Half-open, in samples of the recording. */
export interface SampleRegion {
  start: number;
  end: number;
}

export interface SpeechRegionsOptions {
  frameSamples: number;
  sampleRate: number;
}

export class SpeechRegions {
  #frameSamples: number;
  #shortestSpeech: number;
  #shortestSilence: number;
  /** Start of the speech that goes on, or null. */
  #start: number | null = null;
  /** End of its last voiced frame. */
  #voicedEnd = 0;
  /** End of the last frame seen. */
  #position: number;

  constructor({ frameSamples, sampleRate }: SpeechRegionsOptions, startSample: number) {
    this.#frameSamples = frameSamples;
    this.#shortestSpeech = SHORTEST_SPEECH_SECONDS * sampleRate;
    this.#shortestSilence = SHORTEST_SILENCE_SECONDS * sampleRate;
    this.#position = startSample;
  }

  /** Regions that end with these frames. */
  push(probabilities: Float32Array): SampleRegion[] {
    const regions: SampleRegion[] = [];
    for (const probability of probabilities) {
      const frameStart = this.#position;
      this.#position += this.#frameSamples;
      if (this.#start === null) {
        if (probability < START_PROBABILITY) continue;
        this.#start = frameStart;
        this.#voicedEnd = this.#position;
      } else if (probability >= END_PROBABILITY) {
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

  /** Start of the speech that goes on, null in silence: nothing before it will become speech any more. */
  get openStart(): number | null {
    return this.#start;
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
