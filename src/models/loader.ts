/**
 * Models in memory, shared. In: a key (model, backend) and how to open it. Out: leases on one instance, opened once for
 * the whole visit however many jobs ask at the same time. What nobody leases stays until its room is needed; then the
 * least valuable goes first (`evict.ts`), and never one that is in use.
 */
import { leastValuable, type LoadedState } from './evict';

export interface LoadableModel extends AsyncDisposable {
  /** Bytes of its weights in memory. */
  readonly weightBytes: number;
  /** Why it can no longer be used, or null. */
  deviceLoss(): string | null;
}

export interface Lease<M> {
  readonly model: M;
  /** Harmless when repeated. */
  release(): void;
}

export interface LoaderOptions<M> {
  /** Idle models stay as long as all together hold no more than this. */
  mostBytes: number;
  now(): number;
  /** Once per load. */
  onLoad?(key: string, model: M): void;
}

interface Entry<M> extends LoadedState {
  opening: Promise<M>;
}

export class ModelLoader<M extends LoadableModel> {
  readonly #entries = new Map<string, Entry<M>>();
  readonly #options: LoaderOptions<M>;

  constructor(options: LoaderOptions<M>) {
    this.#options = options;
  }

  /**
   * `neededBytes`: what the model will hold, as far as it is known; room for it is made first. Rejects as `open` does,
   * for all who wait for it; the next call opens anew, as it does after the model's device was lost.
   */
  async lease(key: string, neededBytes: number, open: () => Promise<M>): Promise<Lease<M>> {
    for (;;) {
      const entry = this.#entries.get(key) ?? this.#start(key, neededBytes, open);
      entry.priority = 'wanted';
      const release = this.#use(entry);
      try {
        const model = await entry.opening;
        if (model.deviceLoss() === null) return { model, release };
      } catch (error) {
        release();
        throw error;
      }
      this.#forget(entry);
      release();
    }
  }

  /** Loads what will probably be asked for, where there is room beside what is loaded. */
  async preload(key: string, neededBytes: number, open: () => Promise<M>): Promise<void> {
    if (this.#entries.has(key) || this.heldBytes + neededBytes > this.#options.mostBytes) return;
    await this.#start(key, neededBytes, open).opening;
  }

  /** Unloads idle models, the least valuable first, until `bytes` are free or none is left. Resolves with what came free. */
  async unload(bytes: number): Promise<number> {
    let freedBytes = 0;
    while (freedBytes < bytes) {
      const victim = leastValuable(this.#entries.values(), this.#options.now());
      if (!victim) break;
      freedBytes += victim.sizeBytes;
      this.#forget(victim);
      await (await victim.opening)[Symbol.asyncDispose]();
    }
    return freedBytes;
  }

  get heldBytes(): number {
    return [...this.#entries.values()].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  }

  #start(key: string, neededBytes: number, open: () => Promise<M>): Entry<M> {
    const overBytes = this.heldBytes + neededBytes - this.#options.mostBytes;
    const opening = this.unload(overBytes).then(open);
    const now = this.#options.now();
    const entry: Entry<M> = {
      key,
      uses: 0,
      priority: 'ahead',
      sizeBytes: neededBytes,
      lastUsedAt: now,
      opening,
    };
    this.#entries.set(key, entry);
    // Being opened is a use: it cannot make room for itself.
    const opened = this.#use(entry);
    opening.then(
      (model) => {
        entry.sizeBytes = model.weightBytes;
        opened();
        this.#options.onLoad?.(key, model);
      },
      () => {
        this.#forget(entry);
        opened();
      },
    );
    return entry;
  }

  #use(entry: Entry<M>): () => void {
    entry.uses += 1;
    let released = false;
    return () => {
      if (released) return;
      released = true;
      entry.uses -= 1;
      entry.lastUsedAt = this.#options.now();
      const forgotten = this.#entries.get(entry.key) !== entry;
      if (forgotten && entry.uses === 0) void closeQuietly(entry.opening);
    };
  }

  /** New leases get another; it is closed when the last one is released. */
  #forget(entry: Entry<M>): void {
    if (this.#entries.get(entry.key) === entry) this.#entries.delete(entry.key);
  }
}

/** After a failed opening or a lost device there may be nothing to close, or nothing that can be. */
async function closeQuietly(opening: Promise<AsyncDisposable>): Promise<void> {
  try {
    await (await opening)[Symbol.asyncDispose]();
  } catch {
    return;
  }
}
