/** The package has no types; only what is used here. */
declare module 'fft.js' {
  export default class FFT {
    constructor(size: number);
    /** `size` reals in; out: `[size + 2]` and more, real and imaginary parts in turn, the first half filled. */
    realTransform(out: Float64Array, data: Float64Array): void;
  }
}
