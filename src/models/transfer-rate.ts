/**
 * Speed and time left of something that moves bytes. In: bytes so far, and when. Out: bytes per second over the last
 * ten seconds, so that a pause long ago does not count for ever.
 */
const WINDOW_SECONDS = 10;

export interface Rate {
  /** Null until two looks are far enough apart. */
  bytesPerSecond: number | null;
  secondsLeft: number | null;
}

export class TransferRate {
  #looks: { bytes: number; atSeconds: number }[] = [];

  look(bytes: number, sizeBytes: number | null, atSeconds: number): Rate {
    const last = this.#looks.at(-1);
    // Begun again: what was measured before says nothing of this.
    if (last && bytes < last.bytes) this.#looks = [];
    this.#looks.push({ bytes, atSeconds });
    while (this.#looks.length > 2 && this.#looks[1]!.atSeconds <= atSeconds - WINDOW_SECONDS) {
      this.#looks.shift();
    }
    const first = this.#looks[0]!;
    const seconds = atSeconds - first.atSeconds;
    if (seconds < 0.5) return { bytesPerSecond: null, secondsLeft: null };
    const bytesPerSecond = (bytes - first.bytes) / seconds;
    const secondsLeft =
      sizeBytes === null || bytesPerSecond === 0 ? null : Math.max(0, sizeBytes - bytes) / bytesPerSecond;
    return { bytesPerSecond, secondsLeft };
  }
}
