/**
 * The page's own governor: readings in, a state that the page draws and a budget for each batch out.
 * Holds the only mutable state of this folder; every decision is made by the pure parts beside it. The source of
 * readings is passed in, so that tests and `--inject-pressure` can drive every rung.
 */
import type { ErrorCode } from '../lib/error-codes';
import { admit, type Admission } from './admission';
import type { WindowCost } from '../speech/window-cost';
import { planBudget, type Budget } from './budget';
import { createGovernorState, govern, type GovernorState } from './governor';
import { allowanceAt, type Allowance } from './ladder';
import { memoryLimitBytes } from './limit';
import { underPressure, type PressureStep } from './pressure';
import { NO_READING, type MemoryReading } from './reading';

/** What a model costs while it is used, as the engine tells after loading it. */
export interface ModelCost {
  weightBytes: number;
  window: WindowCost;
}

export interface GovernorOptions {
  deviceGibibytes: number | undefined;
  /** The user's own limit, null for the default. */
  limitMegabytes: number | null;
  /** Null where the browser does not tell. */
  jsHeapBytes(): number | null;
  pressure?: readonly PressureStep[];
}

/** What the engine says after a batch. */
export type EngineReading = Pick<MemoryReading, 'wasmHeapBytes' | 'gpuBufferBytes' | 'liveTensorBytes'>;

export interface Governor {
  readonly state: GovernorState;
  /** Shares of the limit taken at the last readings, oldest first: the plot. */
  readonly history: readonly number[];
  readonly allowance: Allowance;
  subscribe(listener: () => void): () => void;
  /** A model was loaded: sets the limit that goes with its size. Says whether a job on it can run at all. */
  admit(cost: ModelCost): Admission;
  /** After each batch. */
  observe(reading: EngineReading): GovernorState;
  /** A failure that a job survived; those of memory and of the graphics device count. */
  fail(code: ErrorCode): GovernorState;
  /** For the next batch; `first` windows run alone, so that words come at once, and batches grow from there. */
  budget(cost: ModelCost, chunkSeconds: number, batchesDone: number): Budget;
}

/** Two hundred readings fill the plot's width. */
const HISTORY = 200;

export function createGovernor(options: GovernorOptions): Governor {
  const limitFor = (weightBytes: number) => memoryLimitBytes({ ...options, weightBytes });
  const listeners = new Set<() => void>();
  let state = createGovernorState(limitFor(0));
  let history: readonly number[] = [];
  let readings = 0;
  let last: EngineReading = NO_READING;

  const read = (events: Pick<MemoryReading, 'allocationFailures' | 'deviceLosses'>): GovernorState => {
    readings++;
    const { wasmHeapBytes, gpuBufferBytes, liveTensorBytes } = last;
    const real = {
      jsHeapBytes: options.jsHeapBytes(),
      wasmHeapBytes,
      gpuBufferBytes,
      liveTensorBytes,
      ...events,
    };
    state = govern(state, underPressure(real, readings, state.limitBytes, options.pressure ?? []));
    history = [...history, state.usedBytes / state.limitBytes].slice(-HISTORY);
    for (const listener of listeners) listener();
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
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    admit({ weightBytes, window }) {
      state = { ...state, limitBytes: limitFor(weightBytes) };
      const usedByOthersBytes = options.jsHeapBytes() ?? 0;
      return admit({ weightBytes, cost: window, limitBytes: state.limitBytes, usedByOthersBytes });
    },
    observe(engine) {
      last = engine;
      return read({ allocationFailures: 0, deviceLosses: 0 });
    },
    fail(code) {
      return read({
        allocationFailures: code === 'speech/out-of-memory' ? 1 : 0,
        deviceLosses: code === 'speech/device-lost' ? 1 : 0,
      });
    },
    budget({ window }, chunkSeconds, batchesDone) {
      const freeBytes = Math.max(0, state.limitBytes - state.usedBytes);
      const plan = planBudget({ allowance: allowanceAt(state.rung), chunkSeconds, cost: window, freeBytes });
      return { ...plan, batch: Math.min(plan.batch, 2 ** batchesDone) };
    },
  };
}
