/**
 * One recording while it is made. In: blocks of sound from the audio thread. Out: samples in a file, what the page
 * shows of them, and the file for readers, as it grows. What is not in the file yet has not been recorded: readers,
 * times and the size on the page all speak of what is kept.
 */
import { toLonghandError, type LonghandError } from '../../lib/errors';
import type { GrowingBytes, GrowingFileSource } from '../../protocol/growing-file-port';
import type { RecordingShape, RecordingState, SoundBlock } from '../../protocol/recorder';
import { interleave, peakOf } from './samples';

/** How often the page hears of it. */
const STATE_SECONDS = 0.1;
/** Left where a recording was paused: what came before is settled, and not taken for one sentence with what follows. */
const PAUSE_SECONDS = 1.5;

/** On disk, see `recording-file.ts`. */
export interface RecordingFile {
  readonly sizeBytes: number;
  readonly frameBytes: number;
  /** All of it or, where the disk is full, nothing: throws `record/storage-full`. */
  append(samples: Int16Array<ArrayBuffer>): void;
  read(position: number, mostBytes: number): Uint8Array<ArrayBuffer>;
  /** Harmless when repeated. */
  close(): void;
}

interface Waiting {
  promise: Promise<RecordingState>;
  resolve: (state: RecordingState) => void;
}

export class Recorder implements GrowingFileSource {
  #shape: RecordingShape;
  #file: RecordingFile;
  #watchers = new Set<() => void>();
  #peaks: number[];
  #toldFrames = 0;
  #paused = false;
  #ended = false;
  #failure: LonghandError | null = null;
  #waiting: Waiting | null = null;

  /** The file is closed here, when the recording has ended and nobody reads it any more. */
  constructor(shape: RecordingShape, file: RecordingFile) {
    this.#shape = shape;
    this.#file = file;
    this.#peaks = new Array<number>(shape.channels).fill(0);
  }

  hear({ planes }: SoundBlock): void {
    if (this.#ended) return;
    this.#peaks = this.#peaks.map((peak, channel) => Math.max(peak, peakOf(planes[channel]!)));
    if (!this.#paused) this.#write(interleave(planes));
    this.#tell(this.#paused);
  }

  pause(): void {
    if (this.#paused || this.#ended) return;
    this.#paused = true;
    const { sampleRate, channels } = this.#shape;
    this.#write(new Int16Array(Math.round(PAUSE_SECONDS * sampleRate) * channels));
  }

  resume(): void {
    this.#paused = false;
  }

  next(): Promise<RecordingState> {
    if (this.#ended) return Promise.resolve(this.#state());
    this.#waiting ??= createWaiting();
    return this.#waiting.promise;
  }

  read(position: number, mostBytes: number): GrowingBytes | null {
    const { sizeBytes, frameBytes } = this.#file;
    if (position >= sizeBytes && !this.#ended) return null;
    const bytes = this.#file.read(position, Math.floor(mostBytes / frameBytes) * frameBytes);
    return { bytes, more: this.#ended || position + bytes.length < sizeBytes };
  }

  /** Calls `listener` after every change, until the returned function is called: so long the file stays open. */
  watch(listener: () => void): () => void {
    this.#watchers.add(listener);
    return () => {
      this.#watchers.delete(listener);
      this.#closeFile();
    };
  }

  /** Nothing more is written. Harmless when repeated. */
  end(failure: LonghandError | null = null): RecordingState {
    if (!this.#ended) {
      this.#ended = true;
      this.#failure = failure;
      this.#closeFile();
      this.#notify();
      this.#tell(true);
    }
    return this.#state();
  }

  #write(samples: Int16Array<ArrayBuffer>): void {
    try {
      this.#file.append(samples);
    } catch (error) {
      this.end(toLonghandError(error));
      return;
    }
    this.#notify();
  }

  #notify(): void {
    for (const listener of this.#watchers) listener();
  }

  #tell(now: boolean): void {
    const due = now || this.#frames - this.#toldFrames >= STATE_SECONDS * this.#shape.sampleRate;
    if (!this.#waiting || !due) return;
    this.#waiting.resolve(this.#state());
    this.#waiting = null;
  }

  get #frames(): number {
    return this.#file.sizeBytes / this.#file.frameBytes;
  }

  #state(): RecordingState {
    const peaks = this.#peaks;
    this.#peaks = peaks.map(() => 0);
    this.#toldFrames = this.#frames;
    return {
      seconds: this.#frames / this.#shape.sampleRate,
      sizeBytes: this.#file.sizeBytes,
      peaks,
      ended: this.#ended,
      failure: this.#failure && { code: this.#failure.code, values: this.#failure.values },
    };
  }

  /** A handle left open keeps the file from being opened or removed. */
  #closeFile(): void {
    if (!this.#ended || this.#watchers.size > 0) return;
    try {
      this.#file.close();
    } catch (error) {
      this.#failure ??= toLonghandError(error);
    }
  }
}

function createWaiting(): Waiting {
  let resolve: Waiting['resolve'] = () => undefined;
  const promise = new Promise<RecordingState>((settle) => (resolve = settle));
  return { promise, resolve };
}
