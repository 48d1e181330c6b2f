/** All channels of a decoded frame into one: their mean, as float32. */

const planes: Float32Array[] = [new Float32Array(0)];

/** Writes the frame's samples from `skipped` on into `target` from `at` on. The frame stays open. */
export function mixDown(frame: AudioData, skipped: number, target: Float32Array, at: number): void {
  const { numberOfChannels: channels } = frame;
  const frames = frame.numberOfFrames - skipped;
  const mixed = target.subarray(at, at + frames);
  frame.copyTo(mixed, { planeIndex: 0, frameOffset: skipped, format: 'f32-planar' });
  if (channels === 1) return;
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
