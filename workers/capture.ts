/**
 * The audio thread's part of a recording, loaded as an AudioWorklet module: what comes in at its inputs, one per
 * channel of the recording, leaves over a port to the recorder worker. The page's own thread, which may be busy for
 * seconds, is never on the way. Wiring only.
 */
import type { SoundBlock } from '../src/protocol/recorder';

// Neither DOM's nor the workers' library declares what an AudioWorkletGlobalScope has.
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(
  name: string,
  processor: new (options: { numberOfInputs: number }) => AudioWorkletProcessor,
): void;

/** 43 ms at 48 kHz: what a killed browser may lose on this side, and 23 messages a second. */
const BLOCK_FRAMES = 2048;

class Capture extends AudioWorkletProcessor {
  #sound: MessagePort | null = null;
  #planes: Float32Array<ArrayBuffer>[];
  #filled = 0;

  constructor({ numberOfInputs }: { numberOfInputs: number }) {
    super();
    this.#planes = newPlanes(numberOfInputs);
    this.port.onmessage = ({ data }: MessageEvent<MessagePort>) => {
      this.#sound = data;
    };
  }

  /** `inputs[i][0]` is `[128]`, mixed to mono by the node; an input without a living source has no channel: silence. */
  process(inputs: Float32Array[][]): boolean {
    if (!this.#sound) return true;
    const frames = inputs.find((input) => input[0])?.[0]?.length ?? 128;
    if (this.#filled + frames > BLOCK_FRAMES) this.#send(this.#sound);
    this.#planes.forEach((plane, index) => {
      const samples = inputs[index]?.[0];
      if (samples) plane.set(samples, this.#filled);
    });
    this.#filled += frames;
    return true;
  }

  #send(sound: MessagePort): void {
    const planes = this.#planes.map((plane) => plane.subarray(0, this.#filled));
    sound.postMessage(
      { planes } satisfies SoundBlock,
      planes.map(({ buffer }) => buffer),
    );
    this.#planes = newPlanes(planes.length);
    this.#filled = 0;
  }
}

const newPlanes = (count: number): Float32Array<ArrayBuffer>[] =>
  Array.from({ length: count }, () => new Float32Array(BLOCK_FRAMES));

registerProcessor('capture', Capture);
