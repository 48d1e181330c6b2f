/**
 * How fast models have been on this machine, kept in this browser. In: jobs that have ended. Out: times real time, by
 * model and backend: what the model list shows, and what the recommendation goes by.
 */
import type { JobQueue } from '../../jobs/job-queue';
import { EMBEDDED_ADDRESS } from '../../models/model-address';
import type { Backend } from '../../protocol/speech';
import { keep, readKept } from '../kept';

export type Speeds = Readonly<Record<string, Partial<Record<Backend, number>>>>;

const STORED_AS = 'longhand-speeds';
/** The first window runs alone and the model warms up: a short recording says little. */
const LEAST_SECONDS = 20;

export function loadSpeeds(): Speeds {
  try {
    const stored: unknown = JSON.parse(readKept(STORED_AS) ?? '{}');
    return typeof stored === 'object' && stored !== null ? (stored as Speeds) : {};
  } catch {
    return {};
  }
}

/** What the recommendation goes by: the one model that every machine has. */
export const embeddedRace = (speeds: Speeds): Partial<Record<Backend, number>> | null =>
  speeds[EMBEDDED_ADDRESS] ?? null;

/** Keeps the speed of each job of this visit that was written to its end. */
export function keepSpeeds(queue: JobQueue): void {
  const seen = new Set<string>();
  queue.subscribe(() => {
    for (const { id, state, file, model, backend, speedFactor, doneSeconds } of queue.jobs) {
      if (state.kind !== 'done' || file === null || seen.has(id)) continue;
      seen.add(id);
      if (backend !== null && speedFactor !== null && doneSeconds >= LEAST_SECONDS)
        store(model, backend, speedFactor);
    }
  });
}

function store(model: string, backend: Backend, speed: number): void {
  const speeds = loadSpeeds();
  const next: Speeds = { ...speeds, [model]: { ...speeds[model], [backend]: speed } };
  keep(STORED_AS, JSON.stringify(next));
}
