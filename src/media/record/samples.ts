/** Sound as it is stored: 16 bits a sample, channels in turn. */

/** `[frames]` of each channel, about -1 to 1, to `[frames * channels]`. What is louder is cut off, as everywhere. */
export function interleave(planes: readonly Float32Array[]): Int16Array<ArrayBuffer> {
  const channels = planes.length;
  const frames = planes[0]?.length ?? 0;
  const samples = new Int16Array(frames * channels);
  planes.forEach((plane, channel) => {
    for (let frame = 0; frame < frames; frame++)
      samples[frame * channels + channel] = Math.max(
        -32_768,
        Math.min(32_767, Math.round(plane[frame]! * 32_768)),
      );
  });
  return samples;
}

/** One channel of stored samples, -1 to 1. */
export function takeChannel(
  samples: Int16Array,
  channels: number,
  channel: number,
): Float32Array<ArrayBuffer> {
  const plane = new Float32Array(Math.floor(samples.length / channels));
  for (let frame = 0; frame < plane.length; frame++)
    plane[frame] = samples[frame * channels + channel]! / 32_768;
  return plane;
}

/** Highest magnitude. */
export function peakOf(plane: Float32Array): number {
  let peak = 0;
  for (const sample of plane) peak = Math.max(peak, Math.abs(sample));
  return peak;
}
