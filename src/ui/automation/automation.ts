/**
 * The page as the command line drives it (`tools/transcribe`): files come through an `<input>`, so that they stay on
 * disk, and results leave as plain data. Mounted only at `#/automation`, in place of the views.
 */
import type { ErrorCode } from '../../lib/error-codes';
import { createRecord, unwrittenAfter } from '../../jobs/job';
import { DEFAULT_SETTINGS, type JobSettings } from '../../jobs/job-settings';
import { createStatsCollector, type JobStats } from '../../jobs/job-stats';
import { decideCaptions, type CaptionPlan } from '../../jobs/caption-choice';
import { sidecarsOf } from '../../jobs/sidecars';
import { findCaptions } from '../../jobs/find-captions';
import { journalJob, type JobChange } from '../../jobs/journal-job';
import type { FetchProgress } from '../../media/bytes/remote';
import type { Source } from '../../media/source';
import type { WorkerPair } from '../../jobs/worker-pair';
import { createGovernor } from '../../memory/meter';
import { deviceGibibytes, jsHeapBytes } from '../../memory/page-readings';
import { parsePressure } from '../../memory/pressure';
import { EXPORT_FORMATS, exportTranscript, type ExportFormat } from '../../transcript/export';
import { createReplacer } from '../../transcript/replacements';
import { inOrder } from '../../transcript/in-order';
import type { JobRecord } from '../../transcript/job-record';
import type { TextBatch } from '../../transcript/store';
import { reportOf, type FileReport } from '../report/report';

export interface AutomationResult {
  /** False where the job failed; what was read before is in the outputs all the same, with the gap after it. */
  ok: boolean;
  error: { code: ErrorCode; message: string } | null;
  outputs: Record<ExportFormat, string>;
  stats: JobStats;
  report: FileReport;
}

export interface AutomationProgress {
  doneSeconds: number;
  durationSeconds: number | null;
  speedFactor: number | null;
  secondsLeft: number | null;
  segments: number;
}

export interface AutomationSettings extends JobSettings {
  /** A schedule of `memory/pressure`, to see what the governor does. */
  pressure?: string;
}

/** What the journal of an earlier run holds: what it knew last, and all its text. */
export interface EarlierRun {
  known: JobChange;
  text: TextBatch;
}

/** One line of the journal: text that has come, and what changed with it. */
export interface JournalEntry {
  text: TextBatch | null;
  change: JobChange;
}

export interface Automation {
  /**
   * Runs an address, or the file at an index of `#automation-files`, with captions and other files that are there too;
   * with `earlier` it goes on from its checkpoint.
   */
  transcribe(
    what: number | string,
    settings: Partial<AutomationSettings>,
    earlier?: EarlierRun | null,
  ): Promise<AutomationResult>;
}

declare global {
  var longhandAutomation: Automation | undefined;
  /** Set by the driver; hears every batch, and the next one waits for it (so that memory can be read at rest). */
  var longhandProgress: ((progress: AutomationProgress) => Promise<void>) | undefined;
  /** Set by a driver that wants to hear of bytes from the network. */
  var longhandFetch: ((fetched: FetchProgress) => Promise<void>) | undefined;
  /** Set by a driver that keeps a journal; the job goes on only when the entry is stored. */
  var longhandJournal: ((entry: JournalEntry) => Promise<void>) | undefined;
}

export function mountAutomation(target: HTMLElement, workers: WorkerPair): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.id = 'automation-files';
  input.multiple = true;
  input.setAttribute('aria-label', 'Recordings');
  target.replaceChildren(input);

  globalThis.longhandAutomation = {
    transcribe(what, settings, earlier = null) {
      const files = [...(input.files ?? [])];
      const file = typeof what === 'number' ? files[what] : null;
      if (file === undefined) return Promise.reject(new RangeError(`no file at ${what} of ${files.length}`));
      const source: Source = file
        ? { kind: 'file', file, siblings: files, sidecars: sidecarsOf(file, files) }
        : { kind: 'url', url: String(what), sidecars: files };
      return transcribe(source, { ...DEFAULT_SETTINGS, ...settings }, earlier, workers);
    },
  };
}

async function transcribe(
  source: Source,
  settings: AutomationSettings,
  earlier: EarlierRun | null,
  workers: WorkerPair,
): Promise<AutomationResult> {
  const governor = createGovernor({
    deviceGibibytes: deviceGibibytes(),
    limitMegabytes: settings.memoryLimitMegabytes,
    jsHeapBytes,
    pressure: parsePressure(settings.pressure ?? '') ?? [],
  });
  const stats = createStatsCollector({ now: () => performance.now(), jsHeapBytes });
  let record: JobRecord = {
    ...createRecord(source, settings),
    language: settings.language,
    ...earlier?.known,
  };
  const text: TextBatch = {
    segments: [...(earlier?.text.segments ?? [])],
    gaps: [...(earlier?.text.gaps ?? [])],
  };
  const store = async (change: JobChange, batch: TextBatch | null) => {
    await globalThis.longhandJournal?.({ text: batch, change });
    record = { ...record, ...change };
    text.segments.push(...(batch?.segments ?? []));
    text.gaps.push(...(batch?.gaps ?? []));
  };
  const { signal } = new AbortController();
  const { error: failure } = await journalJob(record, source, {
    captions: await planCaptions(source, settings, workers, signal),
    workers,
    governor,
    store: {
      append: (_, batch, change) => store(change, batch),
      change: (_, change) => store(change, null),
    },
    signal,
    onChange: () => undefined,
    events: {
      ...stats,
      onFetch: (fetched) => void globalThis.longhandFetch?.(fetched),
      async onResult(result, pace) {
        stats.onResult(result);
        const { checkpoint, durationSeconds } = record;
        await globalThis.longhandProgress?.({
          ...pace,
          doneSeconds: checkpoint.seconds,
          durationSeconds,
          segments: text.segments.length,
        });
      },
    },
  });
  const { checkpoint, durationSeconds, language } = record;
  const missing = failure ? unwrittenAfter(failure, checkpoint.seconds, durationSeconds) : [];
  const gaps = [...text.gaps, ...missing];
  const transcript = {
    name: record.name,
    durationSeconds: failure ? Math.max(durationSeconds ?? 0, checkpoint.seconds) : checkpoint.seconds,
    language,
    segments: inOrder(text.segments).map(createReplacer(settings.replacements)),
    gaps,
  };
  const outputs = Object.fromEntries(
    EXPORT_FORMATS.map((format) => [format, exportTranscript(transcript, format)]),
  ) as AutomationResult['outputs'];
  const report = reportOf({
    name: record.name,
    state: failure ? { kind: 'failed', error: failure } : { kind: 'done' },
    doneSeconds: checkpoint.seconds,
    workedSeconds: record.workedSeconds,
    gaps,
  });
  const { failure: told } = report;
  const error = told && { code: told.code, message: `${told.what} ${told.now}` };
  return { ok: failure === null, error, outputs, stats: stats.read(), report };
}

async function planCaptions(
  source: Source,
  { captions: use, captionTrack: track, language, heard: part }: AutomationSettings,
  workers: WorkerPair,
  signal: AbortSignal,
): Promise<CaptionPlan | null> {
  if (use === 'ignore') return null;
  const decision = decideCaptions(await findCaptions(source, workers, signal), {
    use,
    track,
    language,
    part,
  });
  return decision.kind === 'use' ? decision.plan : null;
}
