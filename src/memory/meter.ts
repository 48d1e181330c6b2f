/**
 * The page's own governor: readings in, a state that the page draws and a budget for each batch out.
 * Holds the only mutable state of this folder; every decision is made by the pure parts beside it. The source of
 * readings is passed in, so that tests and `--inject-pressure` can drive every rung.
 */
import { admit, type Admission } from './admission';
import { planBudget, type Budget, type WindowCost } from './budget';
import { createGovernorState, govern, type GovernorState } from './governor';
import { allowanceAt, type Allowance } from './ladder';
import { memoryLimitBytes } from './limit';
import { underPressure, type PressureStep } from './pressure';
import type { MemoryReading } from './reading';

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
export type EngineReading = Omit<MemoryReading, 'jsHeapBytes'>;

export interface Governor {
  readonly state: GovernorState;
  /** Shares of the limit taken at the last readings, oldest first: the plot. */
  readonly history: readonly number[];
  readonly allowance: Allowance;
  subscribe(listener: () => void): () => void;
  /** A model was loaded: sets the limit that goes with its size. Says whether a job on it can run at all. */
  admit(cost: ModelCost, reading: EngineReading): Admission;
  observe(reading: EngineReading): GovernorState;
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

  const publish = () => {
    for (const listener of listeners) listener();
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
    admit({ weightBytes, window }, reading) {
      state = { ...state, limitBytes: limitFor(weightBytes) };
      const usedByOthersBytes = reading.gpuBufferBytes + (options.jsHeapBytes() ?? 0);
      return admit({ weightBytes, cost: window, limitBytes: state.limitBytes, usedByOthersBytes });
    },
    observe(engine) {
      readings++;
      const real = { ...engine, jsHeapBytes: options.jsHeapBytes() };
      const reading = underPressure(real, readings, state.limitBytes, options.pressure ?? []);
      state = govern(state, reading);
      history = [...history, state.usedBytes / state.limitBytes].slice(-HISTORY);
      publish();
      return state;
    },
    budget({ window }, chunkSeconds, batchesDone) {
      const freeBytes = Math.max(0, state.limitBytes - state.usedBytes);
      const plan = planBudget({ allowance: allowanceAt(state.rung), chunkSeconds, cost: window, freeBytes });
      return { ...plan, batch: Math.min(plan.batch, 2 ** batchesDone) };
    },
  };
}
