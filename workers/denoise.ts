/**
 * Noise taken out of what is played, loaded as an AudioWorklet module: sound of the player in, cleaned sound out, 20 ms
 * later. At 48 kHz, which the context must have. Wiring only.
 */
import { openRnnoise, RNNOISE_FRAME, type Rnnoise } from '../src/lib/rnnoise';

// Neither DOM's nor the workers' library declares what an AudioWorkletGlobalScope has.
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(
  name: string,
  processor: new (options: { processorOptions: { rnnoise: WebAssembly.Module } }) => AudioWorkletProcessor,
): void;

class Denoise extends AudioWorkletProcessor {
  #rnnoise: Rnnoise;
  /** The frame being filled, and the one before it, cleaned, being played. */
  #filling = new Float32Array(RNNOISE_FRAME);
  #playing = new Float32Array(RNNOISE_FRAME);
  #at = 0;

  constructor({ processorOptions }: { processorOptions: { rnnoise: WebAssembly.Module } }) {
    super();
    this.#rnnoise = openRnnoise(processorOptions.rnnoise);
  }

  /** One input and one output, mixed to mono by the node; `[128]`, which is no part of a frame. */
  process([input]: Float32Array[][], [output]: Float32Array[][]): boolean {
    const heard = input?.[0];
    const played = output?.[0];
    if (!played) return true;
    for (let i = 0; i < played.length; i++) {
      this.#filling[this.#at] = heard?.[i] ?? 0;
      played[i] = this.#playing[this.#at]!;
      if (++this.#at < RNNOISE_FRAME) continue;
      this.#at = 0;
      this.#rnnoise.process(this.#filling);
      [this.#filling, this.#playing] = [this.#playing, this.#filling];
    }
    return true;
  }
}

registerProcessor('denoise', Denoise);
