/**
 * From regions of speech to chunks for the recognizer. In: regions as they become certain, and how far the recording
 * is known. Out: spans of at most the length asked for, cut where the pause is longest; in unbroken speech at the
 * quietest place before the limit. Pure: it deals in sample positions only.
 * Chunks are kept long (context helps the recognizer) and end early only at a long silence, or, where words
 * shall come soon, at the first good pause.
 * The one decision to know: where a chunk ends depends on the speech up to its limit and on nothing else, neither on how
 * much more is known nor on how it became known. So a run that goes on from the end of a chunk cuts the same ones.
 */
import type { SpeechSoFar } from './find-speech';
import type { SampleRegion } from './speech-regions';

/** A span of the recording and the speech inside it. */
export interface SampleChunk extends SampleRegion {
  speech: SampleRegion[];
}

/** A chunk of at least so many seconds ends at the first pause of so many. */
export interface Hurry {
  /** Every chunk, or only the first one. */
  every: boolean;
  seconds: number;
  pauseSeconds: number;
}

/** For a first chunk that shall come soon. */
export const FIRST_WORDS: Hurry = { every: false, seconds: 5, pauseSeconds: 0.4 };

export interface ChunkerOptions {
  sampleRate: number;
  /** When a chunk may end before it is full; null: only at a long silence. */
  hurry: Hurry | null;
  /** No sentence spans such a silence, and encoding it would be wasted work. */
  longSilenceSeconds?: number;
  /** Nothing before this sample is given out: an earlier run has done it. */
  floor?: number;
  /** Where to cut speech that is too long: a position from `from` to `to`. */
  chooseCut: (from: number, to: number) => number;
}

/**
 * Voice activity hears a word a little late and drops its last consonant a little early; and recognizers are trained
 * on clips with some silence around. Word error rate of the embedded model on 31 clips of up to 11 s (2026-11-21):
 * 58.6 % untrimmed, 59.0 % with 1 s, 61.6 % with 0.4 s.
 */
const PADDING_SECONDS = 1;
/** Of a chunk, where chunks must be short. */
const MOST_PADDING_SHARE = 0.1;
const LONG_SILENCE_SECONDS = 3;
/**
 * A cut is looked for in this last share of a chunk first, and no further back than so many seconds, in which people
 * nearly always breathe: most models are given full windows, and what a chunk leaves of one is computed for nothing.
 */
const CUT_SHARE = 0.5;
const CUT_SECONDS = 7.5;

export class Chunker {
  #options: ChunkerOptions;
  #padding: number;
  #regions: SampleRegion[] = [];
  #openStart: number | null = null;
  /** How far speech and silence are known. */
  #position = 0;
  /** End of the last chunk: nothing before it is given out again. */
  #floor = 0;
  #ended = false;
  #hurry: Hurry | null;

  constructor(options: ChunkerOptions) {
    this.#options = options;
    this.#floor = options.floor ?? 0;
    this.#padding = PADDING_SECONDS * options.sampleRate;
    this.#hurry = options.hurry;
  }

  /**
   * Begins, or goes on after a hole, at this position; only once `take` has given everything out. Begun before the
   * floor, it gives nothing out of what lies before that.
   */
  begin(startSample: number): void {
    this.#position = startSample;
    this.#floor = Math.max(this.#floor, startSample);
    this.#openStart = null;
    this.#ended = false;
  }

  advance({ regions, openStart, position }: SpeechSoFar): void {
    this.#regions.push(...regions.filter(({ end }) => end > this.#floor));
    this.#openStart = openStart;
    this.#position = position;
  }

  /** Nothing follows before a hole or the end: all that waits may be given out. */
  finish(last: SpeechSoFar): void {
    this.advance(last);
    this.#ended = true;
  }

  /** Everything before this sample is in a chunk or without speech, and will not be asked for. */
  get settled(): number {
    const start = this.#regions[0]?.start ?? this.#openStart;
    const wanted = (start ?? this.#position) - this.#padding;
    return Math.min(this.#position, Math.max(this.#floor, wanted));
  }

  /** The next chunk, or null while more of the recording must be known. */
  take(longest: number): SampleChunk | null {
    const waiting = this.#waitingSpeech();
    if (waiting.length === 0) return null;
    const padding = Math.min(this.#padding, Math.floor(longest * MOST_PADDING_SHARE));
    const start = Math.max(this.#floor, waiting[0]!.start - padding);
    const limit = start + longest;
    const speech = waiting.filter((region) => region.start < limit);
    const exceeding = speech.findIndex(({ end }) => end > limit);
    const count = exceeding === -1 ? speech.length : exceeding;
    // What lies behind the limit decides nothing, known or not.
    const pauses = speech.map(
      ({ end }, index) => (speech[index + 1]?.start ?? Math.min(this.#position, limit)) - end,
    );
    const { longSilenceSeconds = LONG_SILENCE_SECONDS } = this.#options;
    const silence = firstIndex(pauses, count, (pause) => pause >= this.#samples(longSilenceSeconds));
    const hurry = this.#hurry;
    const hurried = hurry
      ? firstIndex(
          pauses,
          count,
          (pause, index) =>
            pause >= this.#samples(hurry.pauseSeconds) &&
            speech[index]!.end - start >= this.#samples(hurry.seconds),
        )
      : null;
    if (hurry && hurried !== null && hurried <= (silence ?? hurried)) {
      return this.#emit(speech, start, hurried + 1, longest, this.#samples(hurry.pauseSeconds));
    }
    if (silence !== null) return this.#emit(speech, start, silence + 1, longest);
    if (count < speech.length) return this.#cut(speech, start, count, pauses, longest);
    return this.#ended || this.#position > limit ? this.#emit(speech, start, count, longest) : null;
  }

  /** What waits for its chunk, as far as it is known; null in silence. It stays. */
  peek(): SampleChunk | null {
    const speech = this.#waitingSpeech();
    if (speech.length === 0) return null;
    const start = Math.max(this.#floor, speech[0]!.start - this.#padding);
    return { start, end: this.#position, speech };
  }

  /** Certain regions and, last, the one that goes on, as far as it is known. What was cut off before is left out. */
  #waitingSpeech(): SampleRegion[] {
    const open = this.#openStart === null ? [] : [{ start: this.#openStart, end: this.#position }];
    return [...this.#regions, ...open]
      .map(({ start, end }) => ({ start: Math.max(start, this.#floor), end }))
      .filter(({ start, end }) => end > start);
  }

  #cutRoom(longest: number): number {
    return Math.min(longest * CUT_SHARE, this.#samples(CUT_SECONDS));
  }

  #samples(seconds: number): number {
    return seconds * this.#options.sampleRate;
  }

  /** More speech waits than a chunk may hold: ends it at the longest pause, late if possible, or inside speech. */
  #cut(
    speech: SampleRegion[],
    start: number,
    count: number,
    pauses: readonly number[],
    longest: number,
  ): SampleChunk {
    if (count === 0) {
      const limit = Math.floor(start + longest);
      const end = this.#options.chooseCut(Math.max(speech[0]!.start, limit - this.#cutRoom(longest)), limit);
      return this.#give({ start, end, speech: [{ start: speech[0]!.start, end }] });
    }
    const late = speech
      .slice(0, count)
      .findIndex(({ end }) => end >= start + longest - this.#cutRoom(longest));
    let best = late === -1 ? 0 : late;
    for (let index = best; index < count; index++) {
      if (pauses[index]! >= pauses[best]!) best = index;
    }
    return this.#emit(speech, start, best + 1, longest);
  }

  /** A chunk of the first `count` regions, with padding after them that does not take all the `room`. */
  #emit(
    speech: SampleRegion[],
    start: number,
    count: number,
    longest: number,
    room = this.#roomAfter(speech, count),
  ): SampleChunk {
    const last = speech[count - 1]!.end;
    const end = Math.floor(Math.min(last + this.#padding, last + room, start + longest));
    return this.#give({ start, end, speech: speech.slice(0, count) });
  }

  /** Half of a short pause is left to the next chunk; without a next one it is quiet up to the limit, or to the end. */
  #roomAfter(speech: SampleRegion[], count: number): number {
    const last = speech[count - 1]!.end;
    const next = speech[count]?.start;
    if (next !== undefined) return (next - last) / 2;
    return this.#ended ? this.#position - last : Infinity;
  }

  #give(chunk: SampleChunk): SampleChunk {
    this.#floor = chunk.end;
    this.#regions = this.#regions.filter(({ end }) => end > chunk.end);
    if (!this.#hurry?.every) this.#hurry = null;
    return chunk;
  }
}

function firstIndex<T>(
  values: readonly T[],
  count: number,
  matches: (value: T, index: number) => boolean,
): number | null {
  const index = values.slice(0, count).findIndex(matches);
  return index === -1 ? null : index;
}
