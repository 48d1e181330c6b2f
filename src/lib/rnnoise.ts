/**
 * RNNoise (Valin 2018, https://jmvalin.ca/demo/rnnoise), compiled to WebAssembly by the Jitsi project. In: 48 kHz mono in
 * frames of 10 ms. Out: the same with noise taken out, one frame later.
 * The one decision to know: the compiled code is used without the script that comes with it, which looks for a page or
 * a worker around it and finds neither in an audio thread. So the names are those of this very version of the package,
 * checked when it is opened.
 */
import wasmUrl from '@jitsi/rnnoise-wasm/dist/rnnoise.wasm?url';

export const RNNOISE_RATE = 48_000;
export const RNNOISE_FRAME = 480;
/** What comes out belongs to what went in so many samples before. */
export const RNNOISE_DELAY = RNNOISE_FRAME;

export interface Rnnoise {
  /** Replaces a frame, `[480]`, about -1 to 1. State is kept from frame to frame. */
  process(frame: Float32Array): void;
  /** Forgets everything heard. */
  reset(): void;
}

/** 112 kB, fetched when first asked for. Can be given to another thread. */
export async function loadRnnoise(): Promise<WebAssembly.Module> {
  const response = await fetch(wasmUrl);
  return WebAssembly.compile(await response.arrayBuffer());
}

/** As the compiler called them; `rnnoise_create(model)`, `rnnoise_process_frame(state, out, in)`. */
interface Exports {
  /** Memory, 16 MB: it never grows. */
  c: WebAssembly.Memory;
  /** Constructors. */
  d(): void;
  /** `rnnoise_create`. */
  f(model: number): number;
  /** `malloc`. */
  g(bytes: number): number;
  /** `rnnoise_destroy`. */
  h(state: number): void;
  /** `rnnoise_process_frame`. */
  j(state: number, output: number, input: number): number;
}

/** RNNoise thinks in 16 bit. */
const FULL_SCALE = 32_768;

/** Memory is given back with the object. Throws a TypeError for the code of another version. */
export function openRnnoise(module: WebAssembly.Module): Rnnoise {
  const instance = new WebAssembly.Instance(module, {
    a: {
      // `emscripten_resize_heap`: there is room for hundreds of states, and one is used.
      a: () => 0,
      // `emscripten_memcpy_big`.
      b: (to: number, from: number, bytes: number) =>
        new Uint8Array(exports.c.buffer).copyWithin(to, from, from + bytes),
    },
  });
  const exports = instance.exports as unknown as Exports;
  exports.d();
  let state = exports.f(0);
  const address = exports.g(4 * RNNOISE_FRAME);
  if (state === 0 || address === 0) throw new TypeError('RNNoise has no memory');
  const buffer = new Float32Array(exports.c.buffer, address, RNNOISE_FRAME);
  return {
    process(frame) {
      for (let i = 0; i < RNNOISE_FRAME; i++) buffer[i] = frame[i]! * FULL_SCALE;
      exports.j(state, address, address);
      for (let i = 0; i < RNNOISE_FRAME; i++) frame[i] = buffer[i]! / FULL_SCALE;
    },
    reset() {
      exports.h(state);
      state = exports.f(0);
    },
  };
}
