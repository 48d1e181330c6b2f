/**
 * Pressure on demand, for tests and `--inject-pressure`. In: a schedule like `0.95@2,0.3@10` (from the second reading
 * on 95 % of the limit is taken, from the tenth 30 %) with `fail@4` and `lost@5` for single events.
 * Out: readings that say so, in place of the real ones.
 */
import { NO_READING, type MemoryReading } from './reading';

export interface PressureStep {
  /** 1-based. */
  reading: number;
  kind: 'use' | 'fail' | 'lost';
  /** Share of the limit, for `use`. */
  share: number;
}

/** Null where the text is no schedule. */
export function parsePressure(text: string): PressureStep[] | null {
  const steps = text.split(',').map((part): PressureStep | null => {
    const match = /^(\d+(?:\.\d+)?|fail|lost)@(\d+)$/.exec(part.trim());
    if (!match) return null;
    const [, what, at] = match;
    const kind = what === 'fail' || what === 'lost' ? what : 'use';
    return { reading: Number(at), kind, share: kind === 'use' ? Number(what) : 0 };
  });
  return steps.every((step) => step !== null) ? steps : null;
}

/** Replaces the `count`-th reading by what the schedule says; the real one where it says nothing yet. */
export function underPressure(
  real: MemoryReading,
  count: number,
  limitBytes: number,
  steps: readonly PressureStep[],
): MemoryReading {
  const use = steps.findLast((step) => step.kind === 'use' && step.reading <= count);
  const happens = (kind: PressureStep['kind']) =>
    steps.filter((step) => step.kind === kind && step.reading === count).length;
  const shown = use ? { ...NO_READING, wasmHeapBytes: use.share * limitBytes } : real;
  return {
    ...shown,
    allocationFailures: real.allocationFailures + happens('fail'),
    deviceLosses: real.deviceLosses + happens('lost'),
  };
}
