/** All channels of a decoded frame into one: their mean, as float32. */

const planes: Float32Array[] = [new Float32Array(0)];

/**
 * Writes the frame's samples from `skipped` on into `target` from `at` on: of one channel, or their mean where it is
 * null. A channel that this frame lacks is silent. The frame stays open.
 */
export function mixDown(
  frame: AudioData,
  only: number | null,
  skipped: number,
  target: Float32Array,
  at: number,
): void {
  const { numberOfChannels: channels } = frame;
  const frames = frame.numberOfFrames - skipped;
  const mixed = target.subarray(at, at + frames);
  if (only !== null && only >= channels) return void mixed.fill(0);
  frame.copyTo(mixed, { planeIndex: only ?? 0, frameOffset: skipped, format: 'f32-planar' });
  if (channels === 1 || only !== null) return;
  const other = plane(frames);
  for (let channel = 1; channel < channels; channel++) {
    frame.copyTo(other, { planeIndex: channel, frameOffset: skipped, format: 'f32-planar' });
    for (let index = 0; index < frames; index++) mixed[index]! += other[index]!;
  }
  const scale = 1 / channels;
  for (let index = 0; index < frames; index++) mixed[index]! *= scale;
}

function plane(frames: number): Float32Array {
  if (planes[0]!.length < frames) planes[0] = new Float32Array(frames);
  return planes[0]!.subarray(0, frames);
}
