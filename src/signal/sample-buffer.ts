/** The recent past of a recording: samples by their position, appended at the end, forgotten at the start. */

export class SampleBuffer {
  #samples: Float32Array;
  #start = 0;
  #length = 0;

  constructor(capacity: number) {
    this.#samples = new Float32Array(capacity);
  }

  /** Position of the oldest sample held. */
  get start(): number {
    return this.#start;
  }

  /** Position after the newest one. */
  get end(): number {
    return this.#start + this.#length;
  }

  append(samples: Float32Array): void {
    const length = this.#length + samples.length;
    if (length > this.#samples.length) {
      const larger = new Float32Array(Math.max(length, this.#samples.length * 2));
      larger.set(this.#samples.subarray(0, this.#length));
      this.#samples = larger;
    }
    this.#samples.set(samples, this.#length);
    this.#length = length;
  }

  /** Forgets all samples before `position`. */
  discardBefore(position: number): void {
    const count = Math.min(this.#length, Math.max(0, position - this.#start));
    this.#samples.copyWithin(0, count, this.#length);
    this.#start += count;
    this.#length -= count;
  }

  /** Forgets everything; the next sample has this position. */
  restart(position: number): void {
    this.#start = position;
    this.#length = 0;
  }

  /** A view; valid until the next change. */
  view(start: number, end: number): Float32Array {
    return this.#samples.subarray(start - this.#start, end - this.#start);
  }

  copy(start: number, end: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.view(start, end));
  }
}
