/**
 * A recording with its noise taken out. In: 16 kHz audio. Out: the same audio, at the same places, cleaned, or as it is
 * with the cleaned samples beside it for voice activity. Held: one block and what it needs around it, 2 MB.
 * The one decision to know: RNNoise never quite forgets, so that a job which goes on in the middle would hear something
 * else than one that was never interrupted. It is begun anew for every block of 20 s, warmed up on the two seconds before:
 * then what comes out of a place depends on its surroundings alone. That costs a tenth more.
 */
import { createResampler } from '../lib/resample';
import { openRnnoise, RNNOISE_DELAY, RNNOISE_FRAME, RNNOISE_RATE, type Rnnoise } from '../lib/rnnoise';
import { SAMPLE_RATE, secondsToSamples } from '../lib/units';
import type { AudioStretch, MonoAudio } from '../media/open-audio';
import type { Denoise } from '../protocol/media';
import { AudioAround } from './audio-around';
import { SampleBuffer } from './sample-buffer';

const BLOCK_SECONDS = 20;
const WARM_UP_SECONDS = 2;
/** Of what follows a block: half a filter on both sides, and RNNoise's own frame. */
const TAIL_SECONDS = 0.05;
/** So much is given out at a time: voice activity remembers its state between two of them. */
const PIECE_SECONDS = 0.5;

const BLOCK = secondsToSamples(BLOCK_SECONDS);
const WARM_UP = secondsToSamples(WARM_UP_SECONDS);
const TAIL = secondsToSamples(TAIL_SECONDS);
const PIECE = secondsToSamples(PIECE_SECONDS);

/** From where audio must be read so that what is given out from `seconds` on is the same as in one run from `startSeconds`. */
export function denoisingStart(seconds: number, startSeconds: number): number {
  const block = Math.floor((seconds - startSeconds) / BLOCK_SECONDS);
  return startSeconds + Math.max(0, block * BLOCK_SECONDS - WARM_UP_SECONDS);
}

/** Closing it closes `audio`. Blocks are counted from `startSeconds`, where the first run began. */
export function denoise(
  audio: MonoAudio,
  rnnoise: WebAssembly.Module,
  { use, startSeconds }: { use: Exclude<Denoise, 'off'>; startSeconds: number },
): MonoAudio {
  return new DenoisedAudio(audio, openRnnoise(rnnoise), use, secondsToSamples(startSeconds));
}

class DenoisedAudio extends AudioAround {
  /** Without a hole: the warm-up, the block, its tail, and what came with it. */
  #held = new SampleBuffer(WARM_UP + BLOCK + TAIL);
  /** Up to here samples were given out or wait in `#ready`. */
  #done = 0;
  /** A stretch after a hole, kept until everything before it is given out. */
  #waiting: AudioStretch | null = null;
  #ready: AudioStretch[] = [];
  #seconds = 0;
  #ended = false;

  constructor(
    audio: MonoAudio,
    readonly rnnoise: Rnnoise,
    readonly use: Exclude<Denoise, 'off'>,
    readonly originSample: number,
  ) {
    super(audio);
  }

  /** Cleaning counts as resampling, of which it is two more and a small network between them. */
  override get stageSeconds(): MonoAudio['stageSeconds'] {
    const { decode, resample } = super.stageSeconds;
    return { decode, resample: resample + this.#seconds };
  }

  async next(): Promise<AudioStretch | null> {
    for (;;) {
      const piece = this.#ready.shift();
      if (piece) return piece;
      if (this.#ended) return null;
      await this.#read();
    }
  }

  override close(): void {
    this.#ended = true;
    this.#ready = [];
    super.close();
  }

  /** Reads on until a block is full, or nothing follows it without a hole. */
  async #read(): Promise<void> {
    const stretch = this.#waiting ?? (await this.audio.next());
    if (!stretch || (this.#isHeld && stretch.startSample !== this.#held.end)) {
      while (this.#done < this.#held.end) this.#clean(Math.min(this.#blockEnd, this.#held.end));
      this.#held.restart(this.#held.end);
      this.#ended = !stretch;
      this.#waiting = stretch && { startSample: stretch.startSample, samples: stretch.samples.slice() };
      return;
    }
    this.#waiting = null;
    if (!this.#isHeld) {
      this.#held.restart(stretch.startSample);
      this.#done = stretch.startSample;
      // An empty stretch tells how far the recording goes.
      if (stretch.samples.length === 0) this.#ready.push(stretch);
    }
    this.#held.append(stretch.samples);
    while (this.#held.end >= this.#blockEnd + TAIL) this.#clean(this.#blockEnd);
  }

  get #isHeld(): boolean {
    return this.#held.end > this.#held.start;
  }

  /** Of the block in which `#done` lies. */
  get #blockEnd(): number {
    return this.originSample + (Math.floor((this.#done - this.originSample) / BLOCK) + 1) * BLOCK;
  }

  /** Gives out everything up to `end`, which is not beyond the block, and lets go of what no later block needs. */
  #clean(end: number): void {
    const blockStart = this.#blockEnd - BLOCK;
    const from = Math.max(this.#held.start, blockStart - WARM_UP);
    const raw = this.#held.view(from, Math.min(end + TAIL, this.#held.end));
    const startedAt = performance.now();
    const clean = cleaned(raw, this.rnnoise).subarray(this.#done - from, end - from);
    this.#seconds += (performance.now() - startedAt) / 1000;
    const asItIs = raw.subarray(this.#done - from, end - from);
    for (let at = 0; at < clean.length; at += PIECE) {
      const startSample = this.#done + at;
      const piece = clean.subarray(at, at + PIECE);
      this.#ready.push(
        this.use === 'recognition'
          ? { startSample, samples: piece }
          : { startSample, samples: asItIs.slice(at, at + PIECE), clean: piece },
      );
    }
    this.#done = end;
    this.#held.discardBefore(end - WARM_UP);
  }
}

/** As long as `samples`, and aligned with them. */
function cleaned(samples: Float32Array, rnnoise: Rnnoise): Float32Array {
  const up = createResampler(SAMPLE_RATE, RNNOISE_RATE);
  const down = createResampler(RNNOISE_RATE, SAMPLE_RATE);
  const length = (samples.length * RNNOISE_RATE) / SAMPLE_RATE;
  const frames = Math.ceil((length + RNNOISE_DELAY) / RNNOISE_FRAME);
  const sound = new Float32Array(frames * RNNOISE_FRAME);
  const most = up.push(samples);
  sound.set(most);
  sound.set(up.finish(), most.length);
  rnnoise.reset();
  for (let at = 0; at < sound.length; at += RNNOISE_FRAME)
    rnnoise.process(sound.subarray(at, at + RNNOISE_FRAME));
  const result = new Float32Array(samples.length);
  const first = down.push(sound.subarray(RNNOISE_DELAY, RNNOISE_DELAY + length));
  result.set(first);
  result.set(down.finish(), first.length);
  return result;
}
