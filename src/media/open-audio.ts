/**
 * A recording as 16 kHz mono audio, pulled piece by piece. In: a source. Out: stretches of samples on the recording's
 * own timeline, and gaps for what could not be read. Nothing is held but the piece in hand.
 * The one decision to know: a decoder's samples are counted, and its times are believed only where they differ from
 * the count by more than rounding: later means a hole, earlier means that the stream's clock began anew.
 */
import { isLonghandError, LonghandError } from '../lib/errors';
import { SAMPLE_RATE } from '../lib/units';
import { JITTER_SECONDS } from './block-buffer';
import { withDeadline } from './deadline';
import { decodeTrack } from './decode';
import type { Gap } from './gap';
import type { ByteSource } from './bytes/byte-source';
import { openTrack } from './open-track';
import type { AudioTrack } from './packet';
import { readFailure } from './read-failure';
import type { PcmBlock, PcmReader } from './pcm-block';
import { createResampler, type Resampler } from '../lib/resample';
import type { TrackChoice, TrackInfo } from './track-choice';

/** Samples that follow each other without a hole. */
export interface AudioStretch {
  /** Position of the first one, in samples at 16 kHz from the start of the recording; beyond the last end after a hole. */
  startSample: number;
  /** `[n]`, mono, about -1 to 1; valid until the next stretch is asked for. */
  samples: Float32Array;
  /** The same without noise, where voice activity is to hear it so and the recognizer is not. */
  clean?: Float32Array;
}

export interface MonoAudio {
  /** Where reading began. */
  readonly fromSeconds: number;
  readonly durationSeconds: number | null;
  readonly format: string;
  readonly sampleRate: number;
  readonly channels: number;
  /** All tracks of the file, empty where its format holds one only, and which of them this is. */
  readonly tracks: readonly TrackInfo[];
  readonly trackIndex: number;
  /** Audio decoded so far; holes do not count. */
  readonly decodedSeconds: number;
  readonly stageSeconds: { decode: number; resample: number };
  /** Null at the end. */
  next(): Promise<AudioStretch | null>;
  /** What could not be read, found since the last call. */
  takeGaps(): Gap[];
  close(): void;
}

/** Header and reality differ by less in sound files. */
const SHORTEST_MISSING_END_SECONDS = 1;
const SHORTEST_MISSING_END_SHARE = 0.02;

/** What of a recording is heard. */
export interface Listening {
  /** Null: the default track. */
  track: TrackChoice;
  /** Counted from 0; null mixes all. */
  channel: number | null;
  fromSeconds: number;
  /** Null: to the end. */
  endSeconds: number | null;
  /** The recording must go on after `fromSeconds`; not so for a job that is resumed at its very end. */
  mustReach?: boolean;
}

export const EVERYTHING: Listening = { track: null, channel: null, fromSeconds: 0, endSeconds: null };

/** The bytes stay open. Throws `media/...` where there is nothing to hear, and what reading throws. */
export async function openAudio(bytes: ByteSource, listening: Listening): Promise<MonoAudio> {
  const track = await withDeadline(openTrack(bytes, listening.track), bytes, 0);
  const audio = new TrackAudio(track, bytes, listening);
  try {
    await audio.start(listening.mustReach ?? false);
    return audio;
  } catch (error) {
    audio.close();
    throw error;
  }
}

class TrackAudio implements MonoAudio {
  readonly stageSeconds = { decode: 0, resample: 0 };
  readonly fromSeconds: number;
  decodedSeconds = 0;
  /** Where the part that is heard ends. */
  #endSample: number;
  #blocks: PcmReader;
  #resampler: Resampler | null = null;
  #gaps: Gap[] = [];
  /** Decoded but not yet resampled: the first block, or what came after a hole. */
  #waiting: PcmBlock | null = null;
  /** Where the next sample of the decoder belongs, in seconds; null before the first. */
  #expectedSeconds: number | null = null;
  /** Where the next sample at 16 kHz belongs. */
  #position = 0;
  /** Added to the decoder's times after its clock began anew. */
  #shiftSeconds = 0;
  #damage: string | null = null;
  /** What ended the reading, where it has a name of its own. */
  #failure: LonghandError | null = null;
  #ended = false;

  constructor(
    readonly track: AudioTrack,
    readonly bytes: ByteSource,
    { channel, fromSeconds, endSeconds }: Listening,
  ) {
    this.fromSeconds = fromSeconds;
    this.#endSample = endSeconds === null ? Infinity : Math.round(endSeconds * SAMPLE_RATE);
    this.#blocks = decodeTrack(track, fromSeconds, channel);
  }

  get durationSeconds(): number | null {
    const { durationSeconds } = this.track;
    return durationSeconds === null ? null : Math.min(durationSeconds, this.#endSample / SAMPLE_RATE);
  }
  get name(): string {
    return this.bytes.name;
  }
  get tracks(): readonly TrackInfo[] {
    return this.track.tracks ?? [];
  }
  get trackIndex(): number {
    return this.track.index ?? 0;
  }
  get format(): string {
    return this.track.format;
  }
  get sampleRate(): number {
    return this.track.decoderConfig.sampleRate;
  }
  get channels(): number {
    return this.track.decoderConfig.numberOfChannels;
  }

  /** Decodes the first block, so that a recording without any is refused at once. */
  async start(mustReach: boolean): Promise<void> {
    this.#waiting = await this.#nextBlock();
    if (this.#waiting) return;
    const { name, fromSeconds: startSeconds } = this;
    if (startSeconds > 0 && !mustReach) return;
    if (startSeconds > 0)
      throw new LonghandError('media/outside', {
        name,
        startSeconds,
        durationSeconds: this.track.durationSeconds ?? this.#expectedSeconds ?? 0,
      });
    if (this.#failure) throw this.#failure;
    if (this.#damage !== null) throw new LonghandError('media/damaged', { name, detail: this.#damage });
    if ((this.durationSeconds ?? 0) > SHORTEST_MISSING_END_SECONDS)
      throw new LonghandError('media/damaged', { name, detail: 'the header is there, the audio is not' });
    throw new LonghandError('media/zero-length', { name });
  }

  async next(): Promise<AudioStretch | null> {
    while (!this.#ended) {
      const block = this.#waiting ?? (await this.#nextBlock());
      this.#waiting = null;
      const stretch = block ? this.#place(block) : this.#end();
      const heard = stretch && this.#cutEnd(stretch);
      if (heard && heard.samples.length > 0) return heard;
    }
    return null;
  }

  takeGaps(): Gap[] {
    return this.#gaps.splice(0);
  }

  close(): void {
    this.#ended = true;
    this.#blocks.close();
    this.track.close();
  }

  async #nextBlock(): Promise<PcmBlock | null> {
    const startedAt = performance.now();
    try {
      let block: PcmBlock | null;
      do {
        block = await withDeadline(this.#blocks.next(), this.bytes, this.#expectedSeconds ?? 0);
        if (!block) return null;
        this.#damage ??= block.damage;
        block = this.#cutStart(block);
      } while (!block);
      return block;
    } catch (error) {
      // What a server did may pass: the job fails, and goes on from its checkpoint.
      if (isLonghandError(error) && error.code.startsWith('fetch/')) throw error;
      this.#failure = isLonghandError(error) ? error : readFailure(error, this.name);
      this.#damage ??= String(error);
      return null;
    } finally {
      this.stageSeconds.decode += (performance.now() - startedAt) / 1000;
    }
  }

  /** Without what lies before the start: samples that only warm the decoder up, or come before a seek's target. */
  #cutStart(block: PcmBlock): PcmBlock | null {
    if (this.#expectedSeconds !== null) return block;
    const early = Math.round((this.fromSeconds - block.startSeconds) * block.sampleRate);
    if (early <= 0) return block;
    if (early >= block.samples.length) return null;
    const startSeconds = block.startSeconds + early / block.sampleRate;
    return { ...block, startSeconds, samples: block.samples.subarray(early) };
  }

  /** Without what lies after the end of the part that is heard, at which reading stops. */
  #cutEnd(stretch: AudioStretch): AudioStretch {
    const left = this.#endSample - stretch.startSample;
    if (left > stretch.samples.length) return stretch;
    this.#ended = true;
    return { ...stretch, samples: stretch.samples.subarray(0, Math.max(0, left)) };
  }

  /** Puts a block on the timeline. Where a stretch ends before it, that end comes first and the block waits. */
  #place(block: PcmBlock): AudioStretch {
    const startSeconds = block.startSeconds + this.#shiftSeconds;
    const expected = this.#expectedSeconds;
    const continues = expected !== null && Math.abs(startSeconds - expected) < JITTER_SECONDS;
    if (this.#resampler && (!continues || this.#resampler.inputRate !== block.sampleRate)) {
      if (expected !== null && startSeconds < expected) this.#shiftSeconds += expected - startSeconds;
      this.#waiting = block;
      return this.#finishStretch();
    }
    if (!this.#resampler) {
      this.#resampler = createResampler(block.sampleRate);
      if (!continues) {
        if (this.track.holesAreDamage) this.#damage ??= 'unreadable bytes';
        if (expected !== null && this.#damage !== null) this.#addGap(expected, startSeconds, this.#damage);
        this.#expectedSeconds = startSeconds;
        this.#position = Math.max(this.#position, Math.round(startSeconds * SAMPLE_RATE));
      }
      this.#damage = null;
    }
    const blockSeconds = block.samples.length / block.sampleRate;
    this.#expectedSeconds! += blockSeconds;
    this.decodedSeconds += blockSeconds;
    const startedAt = performance.now();
    const stretch = this.#advance(this.#resampler.push(block.samples));
    this.stageSeconds.resample += (performance.now() - startedAt) / 1000;
    return stretch;
  }

  #finishStretch(): AudioStretch {
    const rest = this.#resampler ? this.#resampler.finish() : new Float32Array(0);
    this.#resampler = null;
    return this.#advance(rest);
  }

  #advance(samples: Float32Array): AudioStretch {
    const startSample = this.#position;
    this.#position += samples.length;
    return { startSample, samples };
  }

  #end(): AudioStretch {
    const stretch = this.#finishStretch();
    const endSeconds = this.#expectedSeconds ?? this.fromSeconds;
    const promisedSeconds = this.track.durationIs === 'guessed' ? 0 : (this.track.durationSeconds ?? 0);
    const missing = promisedSeconds - endSeconds;
    const tooMuch = Math.max(SHORTEST_MISSING_END_SECONDS, promisedSeconds * SHORTEST_MISSING_END_SHARE);
    if (missing > tooMuch) this.#addGap(endSeconds, promisedSeconds, this.#damage ?? 'the file ends early');
    else if (this.#damage !== null)
      this.#addGap(endSeconds, Math.max(endSeconds, promisedSeconds), this.#damage);
    this.#ended = true;
    return stretch;
  }

  #addGap(startSeconds: number, endSeconds: number, detail: string): void {
    const reason = this.#failure?.code ?? 'media/damaged';
    this.#gaps.push({ startSeconds, endSeconds, reason, detail });
  }
}
