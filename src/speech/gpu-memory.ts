/**
 * Whether a model may try the graphics card. In: bytes of its weights, what a window costs, the adapter's limits.
 * Out: the bytes it needs and those we may take. Pure. WebGPU does not tell how much memory a card has; the largest
 * buffer it grants is the only figure that grows with it.
 */
import type { WindowCost } from './window-cost';

/** Of what the adapter offers; the rest is the display's and other programs'. */
const SHARE_OF_ADAPTER = 0.75;
/** Weights are packed anew for the kernels, and buffers are rounded up. */
const WEIGHT_FACTOR = 1.3;

/** Bytes that weights and one window of this length take on the graphics card. */
export function gpuBytes(
  weightBytes: number,
  { encoder, window }: WindowCost,
  windowSeconds: number,
): number {
  return (
    weightBytes * WEIGHT_FACTOR +
    encoder.linearBytes * windowSeconds +
    encoder.quadraticBytes * windowSeconds ** 2 +
    window.fixedBytes +
    window.linearBytes * windowSeconds
  );
}

export const allowedGpuBytes = ({ maxBufferSize }: Pick<GPUSupportedLimits, 'maxBufferSize'>): number =>
  maxBufferSize * SHARE_OF_ADAPTER;
