/**
 * One file through the page. In: its path, and the journal of it. Out: texts and figures, or the sentences of its
 * failure; it never throws. A page that dies in the middle is replaced, and the job goes on from the journal.
 */
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { addressName, parseAddress } from '../../src/lib/address';
import { isLonghandError, LonghandError, toLonghandError } from '../../src/lib/errors';
import type { AutomationResult, AutomationSettings } from '../../src/ui/automation/automation';
import { failureOf, type FileReport } from '../../src/ui/report/report';
import type { AppPage } from './app-page';
import type { FileJournal } from './file-journal';
import { openMemorySampler } from './process-memory';
import { createProgressLine } from './progress-line';

/** What `--stats` writes for a file. */
export type Stats = AutomationResult['stats'] & {
  peak: AutomationResult['stats']['peak'] & { processBytes: number | null };
};

export interface Outcome {
  /** Sentences and code; null when done. */
  failure: string | null;
  /** Null where nothing was read; after a failure in mid-file, the text up to there with the gap named. */
  outputs: AutomationResult['outputs'] | null;
  stats: Stats | null;
  report: FileReport;
}

/** A page that dies so often without a batch between dies of this file. */
const DEATHS_WITHOUT_PROGRESS = 2;

export async function transcribeFile(
  page: AppPage,
  path: string,
  journal: FileJournal,
  options: { settings: AutomationSettings; sidecars: readonly string[]; downloads: boolean },
): Promise<Outcome> {
  const address = parseAddress(path);
  const name = address ? addressName(address) : basename(path);
  if (journal.result) return outcomeOf(journal.result, null);
  const progress = createProgressLine(name, process.stderr);
  const memory = openMemorySampler();
  try {
    if (!address) await checkReadable(path);
    const result = await throughDeaths(journal, () =>
      page.transcribe(path, { ...options, journal, onProgress: progress.show }),
    );
    // A run without its speakers has not come to its end: the same command tries them again.
    if (!result.speakerError) await journal.end(result);
    memory.close();
    progress.end();
    if (result.ok && result.outputs.txt.trim() === '')
      process.stderr.write(`${name}: no speech was found.\n`);
    return outcomeOf(result, memory.peakBytes);
  } catch (thrown) {
    progress.end();
    const failure = failureOf(toLonghandError(thrown))!;
    const audioSeconds = journal.earlier?.known.checkpoint?.seconds ?? 0;
    const workSeconds = journal.earlier?.known.workedSeconds ?? 0;
    return {
      failure: sentences(failure),
      outputs: null,
      stats: null,
      report: { name, outcome: 'failed', audioSeconds, workSeconds, gaps: [], failure },
    };
  } finally {
    memory.close();
  }
}

async function throughDeaths<T>(journal: FileJournal, run: () => Promise<T>): Promise<T> {
  let deaths = 0;
  for (;;) {
    const before = batchesOf(journal);
    try {
      return await run();
    } catch (error) {
      deaths = batchesOf(journal) > before ? 1 : deaths + 1;
      if (!isLonghandError(error, 'worker/dead') || deaths >= DEATHS_WITHOUT_PROGRESS) throw error;
    }
  }
}

const batchesOf = (journal: FileJournal): number => journal.earlier?.known.checkpoint?.batches ?? 0;

function outcomeOf(
  { ok, outputs, stats, report, speakerError }: AutomationResult,
  processBytes: number | null,
): Outcome {
  const hasText = outputs.txt.trim() !== '';
  // The text is whole, and what was asked for is not.
  const unlabelled = speakerError && `Speakers: ${speakerError.message} (${speakerError.code})`;
  return {
    failure: report.failure ? sentences(report.failure) : unlabelled,
    outputs: ok || hasText ? outputs : null,
    stats: { ...stats, peak: { ...stats.peak, processBytes } },
    report,
  };
}

const sentences = ({ what, now, code }: NonNullable<FileReport['failure']>): string =>
  `${what} ${now} (${code})`;

/** Throws `media/not-found`, or `media/unreadable` for a folder. */
async function checkReadable(path: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found === null) throw new LonghandError('media/not-found', { name: path });
  if (!found.isFile())
    throw new LonghandError('media/unreadable', { name: path, detail: 'it is not a file' });
}
