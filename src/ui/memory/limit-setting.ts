/**
 * The user's own memory limit, kept in this browser. In and out: whole megabytes, or null for what suits this machine.
 * A browser that keeps nothing is no reason to refuse the page: the limit then holds for this visit only.
 */
import { keep, readKept } from '../kept';

export const LEAST_MEGABYTES = 100;
/** The runtimes' memories end at 4 GB each, and a page has one of them for each of its workers. */
export const MOST_MEGABYTES = 16_000;

const STORED_AS = 'longhand-memory-limit-mb';

/** Null where the text is no whole number of megabytes from `LEAST_MEGABYTES` to `MOST_MEGABYTES`. */
export function parseMegabytes(text: string): number | null {
  const megabytes = /^\d{1,6}$/.test(text.trim()) ? Number(text) : NaN;
  return megabytes >= LEAST_MEGABYTES && megabytes <= MOST_MEGABYTES ? megabytes : null;
}

export const loadMemoryLimit = (): number | null => parseMegabytes(readKept(STORED_AS) ?? '');

/** False where this browser does not keep it. */
export const storeMemoryLimit = (megabytes: number | null): boolean =>
  keep(STORED_AS, megabytes === null ? null : String(megabytes));
