/**
 * Progress that is pulled. In: news as it comes, then an end or a failure. Out: one answer per question, always the
 * newest; a page that draws slowly misses what is old anyway, and nothing piles up.
 */
export class ProgressFeed<T> {
  #latest: T | null = null;
  #outcome: { failed: false } | { failed: true; error: unknown } | null = null;
  #waiting: { resolve: (news: T) => void; reject: (error: unknown) => void } | null = null;

  tell(news: T): void {
    this.#latest = news;
    this.#answer();
  }

  /** `news` is the last there is. */
  end(news: T): void {
    this.#outcome = { failed: false };
    this.tell(news);
  }

  fail(error: unknown): void {
    this.#outcome = { failed: true, error };
    this.#answer();
  }

  /** Resolves with news not given before; after the end with the last again. One question at a time. */
  next(): Promise<T> {
    // Not Promise.withResolvers: the command line runs under Node 20, which lacks it.
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#answer();
    });
  }

  #answer(): void {
    const waiting = this.#waiting;
    if (!waiting) return;
    if (this.#outcome?.failed) {
      this.#waiting = null;
      waiting.reject(this.#outcome.error);
    } else if (this.#latest !== null) {
      this.#waiting = null;
      waiting.resolve(this.#latest);
      if (!this.#outcome) this.#latest = null;
    }
  }
}
