/**
 * From readings to a rung of the ladder. Pure: the state goes in and a new one comes out.
 * All its decisions can be read off `RULES`; what each rung takes away is in `ladder.ts`.
 */
import { BOTTOM, LADDER } from './ladder';
import { usedBytes, type MemoryReading } from './reading';

export type Level = 'NORMAL' | 'WARNING' | 'CRITICAL';

export interface GovernorState {
  rung: number;
  level: Level;
  /** Why the level is what it is, in one sentence. */
  reason: string;
  usedBytes: number;
  limitBytes: number;
  /** Readings in a row that would have allowed a step up. */
  calmReadings: number;
}

interface Rule {
  level: Level;
  applies(use: number, reading: MemoryReading): boolean;
  /** Rungs to go down (positive) at once. */
  down: number;
  reason(use: number): string;
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** The first rule that applies decides. `use` is the share of the limit that is taken. */
export const RULES: readonly Rule[] = [
  {
    level: 'CRITICAL',
    applies: (_, reading) => reading.allocationFailures > 0,
    down: 3,
    reason: () => 'The browser refused to give more memory.',
  },
  {
    level: 'CRITICAL',
    applies: (_, reading) => reading.deviceLosses > 0,
    down: 1,
    reason: () => 'The graphics card was lost.',
  },
  {
    level: 'CRITICAL',
    applies: (use) => use >= 0.9,
    down: 2,
    reason: (use) => `${percent(use)} of the memory limit is taken.`,
  },
  {
    level: 'WARNING',
    applies: (use) => use >= 0.75,
    down: 1,
    reason: (use) => `${percent(use)} of the memory limit is taken.`,
  },
  {
    level: 'NORMAL',
    applies: () => true,
    down: 0,
    reason: (use) => `${percent(use)} of the memory limit is taken.`,
  },
];

/** Below this share a reading is calm; the gap to WARNING keeps the governor from going up and down in turn. */
const CALM_USE = 0.6;
/** So many calm readings in a row bring one rung back. */
const CALM_READINGS = 5;

export function createGovernorState(limitBytes: number): GovernorState {
  return {
    rung: 0,
    level: 'NORMAL',
    reason: 'Nothing is loaded yet.',
    usedBytes: 0,
    limitBytes,
    calmReadings: 0,
  };
}

export function govern(state: GovernorState, reading: MemoryReading): GovernorState {
  const used = usedBytes(reading);
  const use = used / state.limitBytes;
  const rule = RULES.find((candidate) => candidate.applies(use, reading))!;
  const calm = rule.level === 'NORMAL' && use < CALM_USE ? state.calmReadings + 1 : 0;
  const up = calm >= CALM_READINGS ? 1 : 0;
  return {
    ...state,
    rung: Math.max(0, Math.min(BOTTOM, state.rung + rule.down - up)),
    level: rule.level,
    reason: rule.reason(use),
    usedBytes: used,
    calmReadings: up ? 0 : calm,
  };
}

/** For the page: the rung in words, null at the top. */
export const rungSays = (state: GovernorState): string | null =>
  state.rung === 0 ? null : LADDER[state.rung]!.says;
