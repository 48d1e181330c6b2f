/**
 * The models as the page knows them: what is on disk, what is being done to them, which one new recordings use. Out:
 * snapshots that the page draws. All work is done by the models worker, which is started when first needed; what is under
 * way goes on whatever view is open.
 */
import { isLonghandError, LonghandError, toLonghandError } from '../../lib/errors';
import { EMBEDDED_ADDRESS, storedModelUrl } from '../../models/model-address';
import type { ModelBackend } from '../../models/model-layout';
import type { StorageRoom } from '../../models/model-shelf';
import type { ModelProgress, ModelTask } from '../../models/model-task';
import type { WantedForm } from '../../models/quantize/quantize-stored';
import type { StoredModel } from '../../models/stored-model';
import type { Connection, Remote } from '../../protocol/connect';
import type { ModelsWorker } from '../../protocol/models';

export type ModelWork = 'fetch' | 'check' | 'import' | 'quantize';

/** `progress`: null until the first word of it. `ended`: worth saying until something else happens. */
export type ModelTaskView =
  | { kind: 'running'; work: ModelWork; progress: ModelProgress | null }
  | { kind: 'ended'; work: ModelWork }
  | { kind: 'failed'; work: ModelWork; error: LonghandError };

export interface LibraryView {
  /** The last used first; null until it has been read. */
  stored: readonly StoredModel[] | null;
  /** By model; an import under the name that it was given. */
  tasks: ReadonlyMap<string, ModelTaskView>;
  room: StorageRoom | null;
  /** Whether the browser has promised to clear nothing by itself; null where it does not say. */
  persisted: boolean | null;
  /** Address of the model that new recordings use. */
  chosen: string;
  /** Where models are fetched from, in order. */
  hosts: readonly string[];
  /** Why what is on disk cannot be told. */
  trouble: LonghandError | null;
}

/** `path` with the folders, where the browser knows them. */
export interface ImportFile {
  path: string;
  file: File;
}

export interface ModelLibrary {
  readonly view: LibraryView;
  /** Calls `listener` after every change, until the returned function is called. */
  subscribe(listener: () => void): () => void;
  /** Reads what is on disk; a choice that is no longer there falls back to the embedded model. */
  load(): Promise<void>;
  /** Starts a download, or goes on with one. */
  fetch(id: string, backend: ModelBackend): Promise<void>;
  /** Stops what is under way and keeps what has come. */
  pause(key: string): void;
  check(id: string): Promise<void>;
  quantize(id: string, form: WantedForm): Promise<void>;
  take(name: string, files: readonly ImportFile[]): Promise<void>;
  remove(id: string): Promise<void>;
  choose(address: string): void;
  /** Null for the hub. */
  setHosts(hosts: readonly string[] | null): void;
  /** Asks the browser to keep what is stored. */
  persist(): Promise<void>;
}

export interface LibrarySettings {
  loadModelChoice(): string;
  storeModelChoice(address: string): void;
  loadModelHosts(): readonly string[];
  storeModelHosts(hosts: readonly string[] | null): void;
}

export interface LibraryOptions {
  startWorker(): Promise<Connection<ModelsWorker>>;
  settings: LibrarySettings;
  /** True while a recording is written, or waits to be, with this model. */
  isUsed(address: string): boolean;
}

const REVISION = 'main';
/** Figures that change more often than twice a second cannot be read (docs/ui). */
const BETWEEN_LOOKS_MS = 500;

type OpenTask = (worker: Remote<ModelsWorker>, signal: AbortSignal) => Promise<Remote<ModelTask>>;

export function createModelLibrary({ startWorker, settings, isUsed }: LibraryOptions): ModelLibrary {
  const listeners = new Set<() => void>();
  const running = new Map<string, AbortController>();
  let worker: Promise<Connection<ModelsWorker>> | null = null;
  let view: LibraryView = {
    stored: null,
    tasks: new Map(),
    room: null,
    persisted: null,
    chosen: settings.loadModelChoice(),
    hosts: settings.loadModelHosts(),
    trouble: null,
  };

  const change = (fields: Partial<LibraryView>) => {
    view = { ...view, ...fields };
    for (const listener of listeners) listener();
  };
  const setTask = (key: string, task: ModelTaskView | null) => {
    const tasks = new Map(view.tasks);
    if (task) tasks.set(key, task);
    else tasks.delete(key);
    change({ tasks });
  };

  async function remote(): Promise<Remote<ModelsWorker>> {
    const starting = (worker ??= startWorker());
    try {
      const connection = await starting;
      if (!connection.died.aborted) return connection.remote;
    } catch (error) {
      if (worker === starting) worker = null;
      throw error;
    }
    if (worker === starting) worker = null;
    return remote();
  }

  async function look(): Promise<void> {
    try {
      const models = await remote();
      const [stored, room] = await Promise.all([models.list(), models.room()]);
      change({ stored, room, persisted: await isPersisted(), trouble: null });
    } catch (error) {
      change({ trouble: toLonghandError(error) });
    }
  }

  async function run(key: string, work: ModelWork, open: OpenTask): Promise<void> {
    if (running.has(key)) return;
    const stop = new AbortController();
    running.set(key, stop);
    setTask(key, { kind: 'running', work, progress: null });
    try {
      await watch(await open(await remote(), stop.signal), (progress) =>
        setTask(key, { kind: 'running', work, progress }),
      );
      setTask(key, { kind: 'ended', work });
    } catch (error) {
      const stopped = stop.signal.aborted && isLonghandError(error, 'internal/closed');
      setTask(key, stopped ? null : { kind: 'failed', work, error: toLonghandError(error) });
    } finally {
      running.delete(key);
      await look();
    }
  }

  const persist = async () => {
    // Firefox asks the user and waits for the answer: nothing here waits for it.
    const { storage } = navigator as { storage?: StorageManager };
    const persisted = (await storage?.persist().catch(() => false)) ?? null;
    change({ persisted });
  };
  const choose = (address: string) => {
    settings.storeModelChoice(address);
    change({ chosen: address });
  };

  return {
    get view() {
      return view;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async load() {
      await look();
      const { chosen, stored } = view;
      if (!stored || chosen === EMBEDDED_ADDRESS) return;
      if (!stored.some(({ id }) => storedModelUrl(id) === chosen)) choose(EMBEDDED_ADDRESS);
    },
    fetch(id, backend) {
      void persist();
      const download = { id, revision: REVISION, backend, hosts: view.hosts };
      return run(id, 'fetch', (models, signal) => models.openDownload(download, signal));
    },
    pause: (key) => running.get(key)?.abort(new LonghandError('internal/closed', { what: 'model task' })),
    check: (id) => run(id, 'check', (models, signal) => models.openCheck(id, signal)),
    quantize: (id, form) =>
      run(id, 'quantize', (models, signal) => models.openQuantization(id, form, signal)),
    take(name, files) {
      void persist();
      return run(name, 'import', (models, signal) => models.openImport(name, [...files], signal));
    },
    async remove(id) {
      try {
        if (isUsed(storedModelUrl(id))) throw new LonghandError('models/in-use', { model: id });
        await (await remote()).remove(id);
        if (view.chosen === storedModelUrl(id)) choose(EMBEDDED_ADDRESS);
        setTask(id, null);
      } catch (error) {
        setTask(id, { kind: 'failed', work: 'check', error: toLonghandError(error) });
      }
      await look();
    },
    choose,
    setHosts(hosts) {
      settings.storeModelHosts(hosts);
      change({ hosts: settings.loadModelHosts() });
    },
    persist,
  };
}

async function watch(task: Remote<ModelTask>, tell: (progress: ModelProgress) => void): Promise<void> {
  try {
    for (;;) {
      const progress = await task.next();
      if (progress.model) return;
      tell(progress);
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_LOOKS_MS));
    }
  } finally {
    await task.close().catch(() => undefined);
  }
}

async function isPersisted(): Promise<boolean | null> {
  const { storage } = navigator as { storage?: StorageManager };
  return (await storage?.persisted().catch(() => null)) ?? null;
}
