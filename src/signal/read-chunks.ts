/**
 * The producing end of the pipeline: pulls audio, finds speech in it and gives out chunks, only as many as asked for.
 * In: 16 kHz audio and, unless it is switched off, voice activity. Out: a `ChunkReader`. Held at any time: the audio
 * since the start of the chunk being gathered, at most about a minute.
 */
import { LonghandError } from '../lib/errors';
import { wasmHeapBytes } from '../lib/onnx-runtime';
import { SAMPLE_RATE, samplesToSeconds, secondsToSamples } from '../lib/units';
import type { AudioStretch, MonoAudio } from '../media/open-audio';
import type { Gap } from '../media/gap';
import { BEGINNING, type Checkpoint, type VoiceMemory } from '../protocol/checkpoint';
import type { SpeechThresholds } from '../protocol/speech-thresholds';
import type { Chunk, ChunkBatch, ChunkReader, ChunkRequest } from './chunk';
import { denoisingStart } from './denoise';
import { Chunker, FIRST_WORDS, type SampleChunk } from './chunker';
import { findSpeech, type SpeechFinder } from './find-speech';
import { quietestPlace } from './quietest-place';
import { SampleBuffer } from './sample-buffer';
import type { SampleRegion } from './speech-regions';
import type { VoiceActivity } from './voice-activity';

/** A request returns after this much audio even if all of it is silence, so that progress is seen. */
const LONGEST_SEARCH_SECONDS = 120;
/** A hole in the recording up to this long counts as silence; a longer one is jumped over. */
const LONGEST_FILLED_HOLE_SECONDS = 2;
/** In a shorter recording all words come soon anyway, and no chunk should be split without need. */
const LONG_RECORDING_SECONDS = 60;
const BUFFER_SECONDS = 64;
const WARM_UP_SECONDS = 2;

/** Where an earlier run was interrupted. */
export type ChunksSoFar = Pick<Checkpoint, 'seconds' | 'chunks' | 'voice'>;

/**
 * Where to begin reading, in seconds, to go on from a checkpoint as if there had been no interruption: before the place
 * where voice activity goes on, by enough for decoder and resampler to give the same samples from there. At a whole
 * second after `startSeconds`, where the first run began: that is a whole number of samples at every rate, so that the
 * resampler is in the same phase.
 */
export function readingStart(
  { seconds, voice }: ChunksSoFar,
  startSeconds = 0,
  { denoised = false } = {},
): number {
  const place = samplesToSeconds(hearingStart({ seconds, voice }));
  const placeSeconds = denoised ? denoisingStart(place, startSeconds) : place;
  return startSeconds + Math.max(0, Math.floor(placeSeconds - startSeconds - WARM_UP_SECONDS));
}

const hearingStart = ({ seconds, voice }: Omit<ChunksSoFar, 'chunks'>): number =>
  voice?.sample ?? secondsToSamples(seconds);

/**
 * `voiceActivity` null: all audio counts as speech and is cut every `maxSeconds`. Closing the reader closes both.
 * To go on from a checkpoint, `audio` must begin at its `readingStart`.
 */
export function readChunks(
  audio: MonoAudio,
  voiceActivity: VoiceActivity | null,
  from: ChunksSoFar = BEGINNING,
  thresholds?: SpeechThresholds,
): ChunkReader {
  return new AudioChunks(audio, findSpeech(voiceActivity, thresholds), voiceActivity !== null, from);
}

class AudioChunks implements ChunkReader {
  #buffer = new SampleBuffer(secondsToSamples(BUFFER_SECONDS));
  #chunker: Chunker;
  /** The stretch that begins the recording or follows a hole, kept until everything before it is given out. */
  #waiting: AudioStretch | null = null;
  #begun: boolean;
  /** In order of time; the first is the last one that is not after what is settled. */
  #memories: VoiceMemory[] = [];
  #read = false;
  #chunks: number;
  #voiceActivitySeconds = 0;
  #closed = false;

  constructor(
    readonly audio: MonoAudio,
    readonly speech: SpeechFinder,
    cutsAtQuiet: boolean,
    readonly from: ChunksSoFar,
  ) {
    this.#chunks = from.chunks;
    this.#chunker = new Chunker({
      sampleRate: SAMPLE_RATE,
      hurry:
        cutsAtQuiet && from.chunks === 0 && (audio.durationSeconds ?? 0) > LONG_RECORDING_SECONDS
          ? FIRST_WORDS
          : null,
      floor: secondsToSamples(from.seconds),
      chooseCut: (first, limit) =>
        cutsAtQuiet ? first + quietestPlace(this.#buffer.view(first, limit), SAMPLE_RATE) : limit,
    });
    const start = hearingStart(from);
    this.#buffer.restart(start);
    this.#chunker.begin(start);
    if (from.voice) this.speech.begin(start, from.voice);
    this.#begun = from.voice !== null;
  }

  async next({ count, maxSeconds }: ChunkRequest): Promise<ChunkBatch> {
    const chunks: Chunk[] = [];
    const longest = secondsToSamples(maxSeconds);
    const searchEndSeconds = this.audio.decodedSeconds + LONGEST_SEARCH_SECONDS;
    let ended = false;
    while (chunks.length < count && !ended && this.audio.decodedSeconds < searchEndSeconds) {
      if (this.#closed) throw new LonghandError('internal/closed', { what: 'chunk reader' });
      const chunk = this.#chunker.take(longest);
      if (chunk) chunks.push(this.#materialize(chunk));
      else if (this.#waiting) await this.#begin(this.#waiting);
      else if (this.#read) ended = true;
      else await this.#advance();
    }
    return {
      chunks,
      gaps: this.#takeGaps(),
      // Not before the checkpoint, while what lies before it is only heard again.
      readSeconds: Math.max(
        this.from.seconds,
        samplesToSeconds(ended ? this.#buffer.end : this.#chunker.settled),
      ),
      voice: ended ? null : this.#memoryAt(this.#chunker.settled),
      stageSeconds: { ...this.audio.stageSeconds, voiceActivity: this.#voiceActivitySeconds },
      heapBytes: wasmHeapBytes(),
      ended,
    };
  }

  /** Those before the checkpoint are known already. */
  #takeGaps(): Gap[] {
    return this.audio.takeGaps().filter(({ startSeconds }) => startSeconds >= this.from.seconds);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.audio.close();
    void this.speech.close();
  }

  /** Reads one more stretch of audio. */
  async #advance(): Promise<void> {
    const stretch = this.#cutStart(await this.audio.next());
    if (!stretch) {
      this.#read = true;
      if (this.#begun) await this.#finish();
      return;
    }
    const hole = stretch.startSample - this.#buffer.end;
    if (!this.#begun) {
      await this.#begin(stretch);
    } else if (hole > secondsToSamples(LONGEST_FILLED_HOLE_SECONDS)) {
      this.#waiting = copied(stretch);
      await this.#finish();
    } else {
      if (hole > 0) await this.#hear(new Float32Array(hole));
      await this.#hear(stretch.samples, stretch.clean);
    }
  }

  async #begin({ startSample, samples, clean }: AudioStretch): Promise<void> {
    this.#waiting = null;
    this.#begun = true;
    this.#buffer.restart(startSample);
    this.#chunker.begin(startSample);
    this.speech.begin(startSample);
    this.#remember();
    await this.#hear(samples, clean);
  }

  /** `clean`: what voice activity hears, where that is something else. */
  async #hear(samples: Float32Array, clean = samples): Promise<void> {
    this.#buffer.discardBefore(this.#chunker.settled);
    this.#buffer.append(samples);
    const startedAt = performance.now();
    this.#chunker.advance(await this.speech.hear(clean));
    this.#voiceActivitySeconds += (performance.now() - startedAt) / 1000;
    this.#remember();
  }

  #remember(): void {
    const memory = this.speech.memory();
    if (memory) this.#memories.push(memory);
    const { settled } = this.#chunker;
    while ((this.#memories[1]?.sample ?? Infinity) <= settled) this.#memories.shift();
  }

  /** The last one that is not after `sample`. */
  #memoryAt(sample: number): VoiceMemory | null {
    return this.#memories.findLast((memory) => memory.sample <= sample) ?? this.from.voice;
  }

  /** Without what was read only to warm up. */
  #cutStart(stretch: AudioStretch | null): AudioStretch | null {
    const early = stretch ? hearingStart(this.from) - stretch.startSample : 0;
    if (!stretch || early <= 0) return stretch;
    return { ...cut(stretch, early), startSample: stretch.startSample + early };
  }

  async #finish(): Promise<void> {
    this.#chunker.finish(await this.speech.finish(this.#buffer.end));
  }

  #materialize({ start, end, speech }: SampleChunk): Chunk {
    const voice = this.#memoryAt(start);
    const inSeconds = (region: SampleRegion) => ({
      startSeconds: samplesToSeconds(region.start),
      endSeconds: samplesToSeconds(region.end),
    });
    return {
      index: this.#chunks++,
      ...inSeconds({ start, end }),
      samples: this.#buffer.copy(start, end),
      speech: speech.map(inSeconds),
      voice,
    };
  }
}

const cut = ({ samples, clean }: AudioStretch, from: number): Omit<AudioStretch, 'startSample'> => ({
  samples: samples.subarray(Math.min(from, samples.length)),
  ...(clean && { clean: clean.subarray(Math.min(from, clean.length)) }),
});

/** Valid for longer than the next read. */
const copied = (stretch: AudioStretch): AudioStretch => ({
  ...stretch,
  samples: stretch.samples.slice(),
  ...(stretch.clean && { clean: stretch.clean.slice() }),
});
