/**
 * Collects decoder outputs of 10 to 60 ms into blocks of about half a second, so that the stages after it run on
 * few large pieces. In: frames with their times. Out: blocks, each contiguous and of one rate. Buffers are reused.
 */
import type { PcmBlock } from './pcm-block';

/** About 0.7 s at 48 kHz. */
const BLOCK_SAMPLES = 32_768;

/** Decoders stamp frames to the microsecond and containers to the millisecond: below this, times are only rounded. */
export const JITTER_SECONDS = 0.04;

/** What a codec makes of zeros: -66 dB. */
const SILENCE = 5e-4;

interface FilledBlock {
  startSeconds: number;
  sampleRate: number;
  buffer: Float32Array;
  length: number;
  damage: string | null;
}

export class BlockBuffer {
  #ready: FilledBlock[] = [];
  #filling: FilledBlock | null = null;
  #lent: FilledBlock | null = null;
  #spare: Float32Array[] = [];
  #damage: string | null = null;

  /** Blocks that wait, full or closed by a hole in time. */
  get readyBlocks(): number {
    return this.#ready.length;
  }

  /** Room for `frames` samples that start at `startSeconds`; write them to `buffer` from `at` on. */
  reserve(startSeconds: number, sampleRate: number, frames: number): { buffer: Float32Array; at: number } {
    let block = this.#filling;
    if (block && !fits(block, startSeconds, sampleRate, frames, this.#damage)) {
      this.finish();
      block = null;
    }
    if (!block) {
      block = { startSeconds, sampleRate, buffer: this.#take(frames), length: 0, damage: this.#damage };
      this.#damage = null;
      this.#filling = block;
    }
    const at = block.length;
    block.length += frames;
    return { buffer: block.buffer, at };
  }

  /** Notes that packets were lost before the next frames. */
  markDamage(detail: string): void {
    this.#damage ??= detail;
  }

  /** The note that no later frames have taken with them. */
  get openDamage(): string | null {
    return this.#damage;
  }

  /** Makes a half-filled block ready. */
  finish(): void {
    if (this.#filling) this.#ready.push(this.#filling);
    this.#filling = null;
  }

  /** Cuts samples after `endSeconds` off the newest block, `mostSeconds` at the most. */
  trimEnd(endSeconds: number, mostSeconds: number): void {
    const block = this.#filling ?? this.#ready.at(-1);
    if (!block) return;
    const excess = block.length - Math.round((endSeconds - block.startSeconds) * block.sampleRate);
    if (excess > 0 && excess <= mostSeconds * block.sampleRate)
      block.length = Math.max(0, block.length - excess);
  }

  /** Cuts silence off the end of the newest block, `mostSamples` at the most. */
  trimSilence(mostSamples: number): void {
    const block = this.#filling ?? this.#ready.at(-1);
    if (!block) return;
    const least = Math.max(0, block.length - mostSamples);
    while (block.length > least && Math.abs(block.buffer[block.length - 1]!) < SILENCE) block.length--;
  }

  /** The oldest ready block, or null; the one given before is reused. */
  take(): PcmBlock | null {
    if (this.#lent) this.#spare.push(this.#lent.buffer);
    this.#lent = this.#ready.shift() ?? null;
    if (!this.#lent) return null;
    const { startSeconds, sampleRate, buffer, length, damage } = this.#lent;
    return { startSeconds, sampleRate, samples: buffer.subarray(0, length), damage };
  }

  #take(frames: number): Float32Array {
    const spare = this.#spare.pop();
    return spare && spare.length >= frames ? spare : new Float32Array(Math.max(frames, BLOCK_SAMPLES));
  }
}

function fits(
  block: FilledBlock,
  startSeconds: number,
  sampleRate: number,
  frames: number,
  damage: string | null,
): boolean {
  if (damage !== null || block.sampleRate !== sampleRate) return false;
  if (block.length + frames > block.buffer.length) return false;
  const expectedSeconds = block.startSeconds + block.length / sampleRate;
  return Math.abs(startSeconds - expectedSeconds) < JITTER_SECONDS;
}
