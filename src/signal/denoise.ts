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

class DenoisedAudio implements MonoAudio {
  /** From `#heldStart` on, without a hole: the warm-up, the block, its tail, and what came with it. */
  #held = new Float32Array(0);
  #heldStart = 0;
  /** Up to here samples were given out or wait in `#ready`. */
  #done = 0;
  /** A stretch after a hole, kept until everything before it is given out. */
  #waiting: AudioStretch | null = null;
  #ready: AudioStretch[] = [];
  #seconds = 0;
  #ended = false;

  constructor(
    readonly audio: MonoAudio,
    readonly rnnoise: Rnnoise,
    readonly use: Exclude<Denoise, 'off'>,
    readonly originSample: number,
  ) {}

  get fromSeconds(): number {
    return this.audio.fromSeconds;
  }
  get durationSeconds(): number | null {
    return this.audio.durationSeconds;
  }
  get format(): string {
    return this.audio.format;
  }
  get sampleRate(): number {
    return this.audio.sampleRate;
  }
  get channels(): number {
    return this.audio.channels;
  }
  get tracks(): MonoAudio['tracks'] {
    return this.audio.tracks;
  }
  get trackIndex(): number {
    return this.audio.trackIndex;
  }
  get decodedSeconds(): number {
    return this.audio.decodedSeconds;
  }
  /** Cleaning counts as resampling, of which it is two more and a small network between them. */
  get stageSeconds(): MonoAudio['stageSeconds'] {
    const { decode, resample } = this.audio.stageSeconds;
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

  takeGaps(): ReturnType<MonoAudio['takeGaps']> {
    return this.audio.takeGaps();
  }

  close(): void {
    this.#ended = true;
    this.#ready = [];
    this.audio.close();
  }

  get #heldEnd(): number {
    return this.#heldStart + this.#held.length;
  }

  /** Reads on until a block is full, or nothing follows it without a hole. */
  async #read(): Promise<void> {
    const stretch = this.#waiting ?? (await this.audio.next());
    if (!stretch || (this.#held.length > 0 && stretch.startSample !== this.#heldEnd)) {
      while (this.#done < this.#heldEnd) this.#clean(Math.min(this.#blockEnd, this.#heldEnd));
      this.#held = new Float32Array(0);
      this.#ended = !stretch;
      this.#waiting = stretch && { startSample: stretch.startSample, samples: stretch.samples.slice() };
      return;
    }
    this.#waiting = null;
    if (this.#held.length === 0) {
      this.#heldStart = stretch.startSample;
      this.#done = stretch.startSample;
      // An empty stretch tells how far the recording goes.
      if (stretch.samples.length === 0) this.#ready.push(stretch);
    }
    const longer = new Float32Array(this.#held.length + stretch.samples.length);
    longer.set(this.#held);
    longer.set(stretch.samples, this.#held.length);
    this.#held = longer;
    while (this.#heldEnd >= this.#blockEnd + TAIL) this.#clean(this.#blockEnd);
  }

  /** Of the block in which `#done` lies. */
  get #blockEnd(): number {
    return this.originSample + (Math.floor((this.#done - this.originSample) / BLOCK) + 1) * BLOCK;
  }

  /** Gives out everything up to `end`, which is not beyond the block, and lets go of what no later block needs. */
  #clean(end: number): void {
    const blockStart = this.#blockEnd - BLOCK;
    const from = Math.max(this.#heldStart, blockStart - WARM_UP);
    const raw = this.#held.subarray(
      from - this.#heldStart,
      Math.min(end + TAIL, this.#heldEnd) - this.#heldStart,
    );
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
    const needed = Math.max(this.#heldStart, end - WARM_UP);
    this.#held = this.#held.slice(needed - this.#heldStart);
    this.#heldStart = needed;
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
