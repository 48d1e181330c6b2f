/**
 * Ownership as one primitive. In: disposers, in the order of acquisition. Out: they run in reverse order, once,
 * on success, throw and abort alike. A disposer that throws does not keep the others from running.
 */
export class Scope implements AsyncDisposable {
  #disposers: (() => unknown)[] = [];
  #closed = false;

  get closed(): boolean {
    return this.#closed;
  }

  /** Registers a disposer; one registered after the end runs at once. */
  add(dispose: () => unknown): void {
    if (this.#closed) void dispose();
    else this.#disposers.push(dispose);
  }

  /** Listens until the scope ends. */
  listen(target: EventTarget, type: string, listener: (event: Event) => void): void {
    target.addEventListener(type, listener);
    this.add(() => target.removeEventListener(type, listener));
  }

  /** Hands everything over to a new scope; this one then has nothing to close. */
  move(): Scope {
    const next = new Scope();
    next.#disposers = this.#disposers.splice(0);
    return next;
  }

  /** Runs all disposers; closing twice is harmless. Throws the first failure after all have run. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const failures: unknown[] = [];
    for (const dispose of this.#disposers.splice(0).reverse()) {
      try {
        await dispose();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
