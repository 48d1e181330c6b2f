/**
 * Voices while they are being heard. In: embeddings and where each was heard, in order of time. Out: `Voices`.
 * What is held grows by about two hundred bytes a second of speech.
 */
import type { TimeRange } from '../lib/time-ranges';
import { growTree } from './voice-tree';
import { toInt8, unit, type SpeakerMethod, type Voices } from './voices';

export class VoiceStore {
  #embeddings: Int8Array<ArrayBuffer>[] = [];
  #stretches: number[] = [];
  #owners: number[] = [];
  #windows: number[] = [];
  #speech: number[] = [];

  constructor(
    readonly method: SpeakerMethod,
    readonly dimensions: number,
    /** What is shorter says too little to found a speaker, and is only given to one. */
    readonly shortestSeconds: number,
  ) {}

  addSpeech(speech: readonly TimeRange[]): void {
    for (const { startSeconds, endSeconds } of speech) this.#speech.push(startSeconds, endSeconds);
  }

  /** One voice, heard in all of these stretches; `window` where others were heard beside it. */
  addVoice(embedding: Float32Array, stretches: readonly TimeRange[], window?: number): void {
    const voice = this.#embeddings.length;
    this.#windows.push(window ?? voice);
    const rounded = new Int8Array(this.dimensions);
    toInt8(embedding, rounded, 0);
    this.#embeddings.push(rounded);
    for (const { startSeconds, endSeconds } of stretches) {
      this.#stretches.push(startSeconds, endSeconds);
      this.#owners.push(voice);
    }
  }

  voices(): Voices {
    const count = this.#embeddings.length;
    const embeddings = new Int8Array(count * this.dimensions);
    this.#embeddings.forEach((each, voice) => embeddings.set(each, voice * this.dimensions));
    const seconds = new Array<number>(count).fill(0);
    this.#owners.forEach(
      (voice, i) => (seconds[voice]! += this.#stretches[2 * i + 1]! - this.#stretches[2 * i]!),
    );
    // Where all are short, they are all there is.
    const asked = seconds.some((each) => each >= this.shortestSeconds) ? this.shortestSeconds : 0;
    return {
      method: this.method,
      dimensions: this.dimensions,
      embeddings,
      stretches: Float64Array.from(this.#stretches),
      owners: Int32Array.from(this.#owners),
      windows: Int32Array.from(this.#windows),
      speech: Float64Array.from(this.#speech),
      tree: growTree(
        this.#embeddings.map((each) => unit(Float32Array.from(each))),
        seconds.map((each) => (each >= asked ? each : 0)),
      ),
    };
  }
}
