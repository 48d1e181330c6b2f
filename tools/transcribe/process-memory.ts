/**
 * Memory of the browser as the system sees it. In: nothing but this process. Out: the highest sum of resident bytes
 * of all browser processes below it, sampled from /proc; null where there is no /proc (macOS, Windows).
 * Pages that processes share count once for each, so the sum is an upper bound.
 */
import { readFileSync, readdirSync } from 'node:fs';

const SAMPLE_MS = 500;
const PAGE_BYTES = 4096;

export interface MemorySampler {
  readonly peakBytes: number | null;
  close(): void;
}

export function openMemorySampler(): MemorySampler {
  let peakBytes: number | null = null;
  const sample = () => {
    const bytes = browserBytes(process.pid);
    if (bytes !== null) peakBytes = Math.max(peakBytes ?? 0, bytes);
  };
  sample();
  const timer = setInterval(sample, SAMPLE_MS);
  timer.unref();
  return {
    get peakBytes() {
      return peakBytes;
    },
    close() {
      sample();
      clearInterval(timer);
    },
  };
}

interface ProcessEntry {
  pid: number;
  parent: number;
  residentBytes: number;
}

/** Resident bytes of the browsers that `ancestor` has started, with all their descendants. */
function browserBytes(ancestor: number): number | null {
  if (process.platform !== 'linux') return null;
  const entries = readdirSync('/proc').flatMap((name) =>
    /^\d+$/.test(name) ? (readEntry(Number(name)) ?? []) : [],
  );
  const browsers = entries.filter((entry) => entry.parent === ancestor && isBrowser(entry.pid));
  let bytes = 0;
  for (let generation = browsers; generation.length > 0;) {
    bytes += generation.reduce((sum, entry) => sum + entry.residentBytes, 0);
    const pids = new Set(generation.map((entry) => entry.pid));
    generation = entries.filter((entry) => pids.has(entry.parent));
  }
  return bytes;
}

/** Fields of /proc/PID/stat come after the name in brackets, which may itself hold spaces and brackets. */
function readEntry(pid: number): ProcessEntry | null {
  const stat = readText(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields.length < 22) return null;
  return { pid, parent: Number(fields[1]), residentBytes: Number(fields[21]) * PAGE_BYTES };
}

const isBrowser = (pid: number): boolean =>
  readText(`/proc/${pid}/cmdline`).includes('--remote-debugging-pipe');

/** A process may end between being listed and being read. */
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
