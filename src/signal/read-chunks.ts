/**
 * The producing end of the pipeline: pulls audio, finds speech in it and gives out chunks, only as many as asked for.
 * In: 16 kHz audio and, unless it is switched off, voice activity. Out: a `ChunkReader`. Held at any time: the audio
 * since the start of the chunk being gathered, at most about a minute.
 */
import { LonghandError } from '../lib/errors';
import { wasmHeapBytes } from '../lib/onnx-runtime';
import { SAMPLE_RATE, samplesToSeconds, secondsToSamples } from '../lib/units';
import type { AudioStretch, MonoAudio } from '../media/open-audio';
import type { Chunk, ChunkBatch, ChunkReader, ChunkRequest } from './chunk';
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

/**
 * `voiceActivity` null: all audio counts as speech and is cut every `maxSeconds`. Closing the reader closes both.
 * `chunksBefore`: chunks of this recording before the place where `audio` begins.
 */
export function readChunks(
  audio: MonoAudio,
  voiceActivity: VoiceActivity | null,
  chunksBefore = 0,
): ChunkReader {
  return new AudioChunks(audio, findSpeech(voiceActivity), voiceActivity !== null, chunksBefore);
}

class AudioChunks implements ChunkReader {
  #buffer = new SampleBuffer(secondsToSamples(BUFFER_SECONDS));
  #chunker: Chunker;
  /** The stretch that begins the recording or follows a hole, kept until everything before it is given out. */
  #waiting: AudioStretch | null = null;
  #begun = false;
  #read = false;
  #chunks: number;
  #voiceActivitySeconds = 0;
  #closed = false;

  constructor(
    readonly audio: MonoAudio,
    readonly speech: SpeechFinder,
    cutsAtQuiet: boolean,
    chunksBefore: number,
  ) {
    this.#chunks = chunksBefore;
    this.#chunker = new Chunker({
      sampleRate: SAMPLE_RATE,
      hurry:
        cutsAtQuiet && chunksBefore === 0 && (audio.durationSeconds ?? 0) > LONG_RECORDING_SECONDS
          ? FIRST_WORDS
          : null,
      chooseCut: (from, to) =>
        cutsAtQuiet ? from + quietestPlace(this.#buffer.view(from, to), SAMPLE_RATE) : to,
    });
    this.#buffer.restart(secondsToSamples(audio.fromSeconds));
    this.#chunker.begin(this.#buffer.end);
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
      gaps: this.audio.takeGaps(),
      readSeconds: samplesToSeconds(ended ? this.#buffer.end : this.#chunker.settled),
      stageSeconds: { ...this.audio.stageSeconds, voiceActivity: this.#voiceActivitySeconds },
      heapBytes: wasmHeapBytes(),
      ended,
    };
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.audio.close();
    void this.speech.close();
  }

  /** Reads one more stretch of audio. */
  async #advance(): Promise<void> {
    const stretch = await this.audio.next();
    if (!stretch) {
      this.#read = true;
      if (this.#begun) await this.#finish();
      return;
    }
    const hole = stretch.startSample - this.#buffer.end;
    if (!this.#begun) {
      await this.#begin(stretch);
    } else if (hole > secondsToSamples(LONGEST_FILLED_HOLE_SECONDS)) {
      this.#waiting = { startSample: stretch.startSample, samples: stretch.samples.slice() };
      await this.#finish();
    } else {
      if (hole > 0) await this.#hear(new Float32Array(hole));
      await this.#hear(stretch.samples);
    }
  }

  async #begin({ startSample, samples }: AudioStretch): Promise<void> {
    this.#waiting = null;
    this.#begun = true;
    this.#buffer.restart(startSample);
    this.#chunker.begin(startSample);
    this.speech.begin(startSample);
    await this.#hear(samples);
  }

  async #hear(samples: Float32Array): Promise<void> {
    this.#buffer.discardBefore(this.#chunker.settled);
    this.#buffer.append(samples);
    const startedAt = performance.now();
    this.#chunker.advance(await this.speech.hear(samples));
    this.#voiceActivitySeconds += (performance.now() - startedAt) / 1000;
  }

  async #finish(): Promise<void> {
    this.#chunker.finish(await this.speech.finish(this.#buffer.end));
  }

  #materialize({ start, end, speech }: SampleChunk): Chunk {
    const inSeconds = (region: SampleRegion) => ({
      startSeconds: samplesToSeconds(region.start),
      endSeconds: samplesToSeconds(region.end),
    });
    return {
      index: this.#chunks++,
      ...inSeconds({ start, end }),
      samples: this.#buffer.copy(start, end),
      speech: speech.map(inSeconds),
    };
  }
}
