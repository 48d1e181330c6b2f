/**
 * Requests for one recording: all of its files, one after the other, with patience and a count of what came.
 * In: an address and a range. Out: its bytes, or `fetch/...` once patience is over. This is the only place where
 * Longhand asks anyone for media, and it asks for nothing but what a person named or what that names in turn (HLS).
 */
import { abortable } from '../../lib/abort';
import { LonghandError } from '../../lib/errors';
import { HostFailure, openRange, type OpenedRange } from '../../lib/fetch-range';
import { explainFailure } from './fetch-failure';

export interface FetchProgress {
  fetchedBytes: number;
  /** Null where nobody knows, as with playlists. */
  totalBytes: number | null;
  /** Until a request that failed is made again; null while all goes well. */
  retrySeconds: number | null;
}

export interface RemoteOptions {
  signal: AbortSignal;
  onProgress?: (progress: FetchProgress) => void;
  /** Before the first further attempt, doubled for each one after it: 1, 2, 4, 8, 16 s. */
  firstWaitSeconds?: number;
  /** Without a byte for this long a connection counts as broken. */
  stallSeconds?: number;
}

const RETRIES = 5;
const LONGEST_WAIT_SECONDS = 60;
const STALL_SECONDS = 20;
/** A person's eye needs no more. */
const PROGRESS_STEP_BYTES = 32 * 1024;

export class Remote {
  readonly signal: AbortSignal;
  totalBytes: number | null = null;
  #options: RemoteOptions;
  #closing = new AbortController();
  #fetchedBytes = 0;
  #toldBytes = 0;
  #waiting = 0;

  constructor(options: RemoteOptions) {
    this.#options = options;
    this.signal = AbortSignal.any([options.signal, this.#closing.signal]);
  }

  /** True while a request is under way or waits to be made again. */
  get waits(): boolean {
    return this.#waiting > 0;
  }

  get fetchedBytes(): number {
    return this.#fetchedBytes;
  }

  /**
   * Runs `attempt` until it succeeds. A failed attempt that got bytes does not count, so that a connection which
   * breaks every few megabytes still gets to the end.
   */
  async persist<T>(url: string, name: string, attempt: () => Promise<T>): Promise<T> {
    this.#waiting += 1;
    try {
      for (let attempts = 0; ;) {
        const before = this.#fetchedBytes;
        try {
          const result = await attempt();
          if (this.#fetchedBytes !== this.#toldBytes) this.tell(null);
          return result;
        } catch (failure) {
          this.signal.throwIfAborted();
          if (!(failure instanceof HostFailure)) throw failure;
          if (this.#fetchedBytes > before) attempts = 0;
          if (attempts >= RETRIES || !this.#mayPass(failure)) throw await this.#explain(failure, url, name);
          const backOff = (this.#options.firstWaitSeconds ?? 1) * 2 ** attempts;
          await this.#pause(Math.min(failure.waitSeconds ?? backOff, LONGEST_WAIT_SECONDS));
          attempts += 1;
        }
      }
    } finally {
      this.#waiting -= 1;
    }
  }

  /** One request. `toByte` null: to the end. Throws `HostFailure`. */
  open(url: string, fromByte: number, toByte: number | null): Promise<OpenedRange> {
    const { stallSeconds = STALL_SECONDS } = this.#options;
    return openRange(url, fromByte, toByte, { signal: this.signal, stallSeconds, keepWhole: true });
  }

  /** Notes bytes that have come. */
  count(bytes: number): void {
    this.#fetchedBytes += bytes;
    if (this.#fetchedBytes - this.#toldBytes >= PROGRESS_STEP_BYTES) this.tell(null);
  }

  tell(retrySeconds: number | null): void {
    this.#toldBytes = this.#fetchedBytes;
    const { totalBytes } = this;
    this.#options.onProgress?.({ fetchedBytes: this.#fetchedBytes, totalBytes, retrySeconds });
  }

  close(): void {
    this.#closing.abort(new LonghandError('internal/closed', { what: 'connection' }));
  }

  /** A first request that nobody answers is not asked for again: the address is wrong, or CORS forbids it. */
  #mayPass({ kind }: HostFailure): boolean {
    return kind === 'busy' || kind === 'broken' || (kind === 'unreachable' && this.#fetchedBytes > 0);
  }

  #explain(failure: HostFailure, url: string, name: string): Promise<LonghandError> {
    const { signal } = this;
    return explainFailure({ failure, url, name, fetchedBytes: this.#fetchedBytes, signal });
  }

  async #pause(seconds: number): Promise<void> {
    this.tell(seconds);
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      await abortable(
        new Promise<void>((resolve) => (timer = setTimeout(resolve, seconds * 1000))),
        this.signal,
      );
    } finally {
      clearTimeout(timer);
    }
    this.tell(null);
  }
}
