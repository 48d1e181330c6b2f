/**
 * Half precision in and out of JavaScript. In: float32 numbers, or what ONNX Runtime gives for a float16 tensor. Out: the
 * array that it takes for one (`Float16Array` where the browser has it, otherwise bits in a `Uint16Array`), or float32.
 */
export type Float16Values = ArrayLike<number> & { readonly BYTES_PER_ELEMENT: number };

interface Float16Constructor {
  new (values: ArrayLike<number>): Float16Values;
}
/** Chromium 135, Firefox 129, Safari 18.2. */
const Native = (globalThis as { Float16Array?: Float16Constructor }).Float16Array;

/** A copy, rounded; what is too large becomes infinite. */
export function toFloat16(values: Float32Array, native = Native): Float16Values {
  return native ? new native(values) : Uint16Array.from(values, toBits);
}

/** A copy. */
export function fromFloat16(values: Float16Values): Float32Array<ArrayBuffer> {
  return values instanceof Uint16Array ? Float32Array.from(values, fromBits) : Float32Array.from(values);
}

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** Bits of the nearest float16, ties to even. */
function toBits(value: number): number {
  float[0] = value;
  const word = bits[0]!;
  const sign = (word >>> 16) & 0x8000;
  const magnitude = word & 0x7fff_ffff;
  if (magnitude > 0x7f80_0000) return sign | 0x7e00;
  if (magnitude >= 0x477f_f000) return sign | 0x7c00;
  if (magnitude < 0x3880_0000) return sign | roundTiesToEven(Math.abs(value) * 2 ** 24);
  return sign | ((magnitude - 0x3800_0000 + 0x0fff + ((magnitude >>> 13) & 1)) >>> 13);
}

function roundTiesToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return below + (rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? 1 : 0);
}

function fromBits(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
