/**
 * The page's own governor: readings in, a state that the page draws and a budget for each batch out.
 * Holds the only mutable state of this folder; every decision is made by the pure parts beside it. The source of
 * readings is passed in, so that tests and `--inject-pressure` can drive every rung.
 */
import type { ErrorCode } from '../lib/error-codes';
import { admit, type Admission } from './admission';
import type { WindowCost } from '../speech/window-cost';
import { planBudget, type Budget, type BudgetInput } from './budget';
import { createGovernorState, govern, type GovernorState } from './governor';
import { allowanceAt, type Allowance } from './ladder';
import { memoryLimitBytes } from './limit';
import { underPressure, type PressureStep } from './pressure';
import { NO_READING, type MemoryReading } from './reading';

/** What a model costs while it is used, as the engine tells after loading it. */
export interface ModelCost {
  weightBytes: number;
  window: WindowCost;
  /** The runtime's heap with the model loaded and nothing decoded yet. */
  loadedBytes: number;
}

/** How long a job would have its chunks, and its windows where all are full ones. */
export type WantedWindows = Pick<BudgetInput, 'chunkSeconds' | 'fullWindowSeconds'>;

export interface GovernorOptions {
  deviceGibibytes: number | undefined;
  /** The user's own limit, null for the default. */
  limitMegabytes: number | null;
  /** Null where the browser does not tell. */
  jsHeapBytes(): number | null;
  pressure?: readonly PressureStep[];
}

/** What the engine says after a batch. */
export type EngineReading = Pick<
  MemoryReading,
  'wasmHeapBytes' | 'mediaHeapBytes' | 'gpuBufferBytes' | 'liveTensorBytes'
>;

export interface Governor {
  readonly state: GovernorState;
  /** Shares of the limit taken at the last readings, oldest first: the plot. */
  readonly history: readonly number[];
  readonly allowance: Allowance;
  /** The user's own limit, null for what suits this machine. */
  readonly limitMegabytes: number | null;
  /** Null for what suits this machine. Holds at once: memory is read anew against it. */
  setLimit(megabytes: number | null): void;
  subscribe(listener: () => void): () => void;
  /** A model was loaded: sets the limit that goes with its size. Says whether a job on it can run at all. */
  admit(cost: ModelCost): Admission;
  /** After each batch. */
  observe(reading: EngineReading): GovernorState;
  /** What a second set of workers holds beside the engine (speakers); null once it has ended. */
  observeBeside(reading: EngineReading | null): GovernorState;
  /** A failure that a job survived; those of memory and of the graphics device count. */
  fail(code: ErrorCode): GovernorState;
  /** For the next batch; `first` windows run alone, so that words come at once, and batches grow from there. */
  budget(cost: ModelCost, wanted: WantedWindows, batchesDone: number): Budget;
}

/** Two hundred readings fill the plot's width. */
export const HISTORY = 200;

export function createGovernor(options: GovernorOptions): Governor {
  const listeners = new Set<() => void>();
  let { limitMegabytes } = options;
  let weightBytes = 0;
  const { deviceGibibytes } = options;
  const limitBytes = () => memoryLimitBytes({ deviceGibibytes, weightBytes, limitMegabytes });
  let state = createGovernorState(limitBytes());
  let history: readonly number[] = [];
  let readings = 0;
  let last: EngineReading = NO_READING;
  let beside: EngineReading = NO_READING;

  const notify = () => {
    for (const listener of listeners) listener();
  };

  /** What is plotted are shares of the limit, so the past is told in shares of the new one. */
  const applyLimit = () => {
    const before = state.limitBytes;
    state = { ...state, limitBytes: limitBytes() };
    history = history.map((share) => (share * before) / state.limitBytes);
    notify();
  };

  const read = (events: Pick<MemoryReading, 'allocationFailures' | 'deviceLosses'>): GovernorState => {
    readings++;
    const real = {
      jsHeapBytes: options.jsHeapBytes(),
      wasmHeapBytes: last.wasmHeapBytes + beside.wasmHeapBytes,
      mediaHeapBytes: last.mediaHeapBytes + beside.mediaHeapBytes,
      gpuBufferBytes: last.gpuBufferBytes + beside.gpuBufferBytes,
      liveTensorBytes: last.liveTensorBytes + beside.liveTensorBytes,
      ...events,
    };
    state = govern(state, underPressure(real, readings, state.limitBytes, options.pressure ?? []));
    history = [...history, state.usedBytes / state.limitBytes].slice(-HISTORY);
    notify();
    return state;
  };

  return {
    get state() {
      return state;
    },
    get history() {
      return history;
    },
    get allowance() {
      return allowanceAt(state.rung);
    },
    get limitMegabytes() {
      return limitMegabytes;
    },
    setLimit(megabytes) {
      limitMegabytes = megabytes;
      applyLimit();
      if (readings > 0) read({ allocationFailures: 0, deviceLosses: 0 });
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    admit(cost) {
      ({ weightBytes } = cost);
      applyLimit();
      const usedByOthersBytes = options.jsHeapBytes() ?? 0;
      return admit({ weightBytes, cost: cost.window, limitBytes: state.limitBytes, usedByOthersBytes });
    },
    observe(engine) {
      last = engine;
      return read({ allocationFailures: 0, deviceLosses: 0 });
    },
    observeBeside(reading) {
      beside = reading ?? NO_READING;
      return read({ allocationFailures: 0, deviceLosses: 0 });
    },
    fail(code) {
      return read({
        allocationFailures: code === 'speech/out-of-memory' ? 1 : 0,
        deviceLosses: code === 'speech/device-lost' ? 1 : 0,
      });
    },
    budget({ window, loadedBytes }, { chunkSeconds, fullWindowSeconds }, batchesDone) {
      // A heap never shrinks: what it grew by for earlier batches is there for the next one.
      const reusedBytes = Math.max(0, last.wasmHeapBytes - loadedBytes);
      const freeBytes = Math.max(0, state.limitBytes - state.usedBytes + reusedBytes);
      const allowance = allowanceAt(state.rung);
      const plan = planBudget({ allowance, chunkSeconds, fullWindowSeconds, cost: window, freeBytes });
      return { ...plan, batch: Math.min(plan.batch, 2 ** batchesDone) };
    },
  };
}
