/**
 * The page as the command line drives it (`tools/transcribe`): files come through an `<input>`, so that they stay on
 * disk, and results leave as plain data. Mounted only at `#/automation`, in place of the views.
 */
import type { ErrorCode } from '../../lib/error-codes';
import { type LonghandError, toLonghandError } from '../../lib/errors';
import { createRecord, unwrittenAfter } from '../../jobs/job';
import { DEFAULT_SETTINGS, type JobSettings } from '../../jobs/job-settings';
import { createStatsCollector, type JobStats } from '../../jobs/job-stats';
import { joinRanges } from '../../lib/time-ranges';
import { decideCaptions, type CaptionPlan } from '../../jobs/caption-choice';
import { sidecarsOf } from '../../jobs/sidecars';
import { findCaptions } from '../../jobs/find-captions';
import { journalJob, type JobChange } from '../../jobs/journal-job';
import type { FetchProgress } from '../../media/bytes/remote';
import type { Source } from '../../media/source';
import type { WorkerPair } from '../../jobs/worker-pair';
import { divideVoices } from '../../jobs/speakers/divide-voices';
import { hearVoices } from '../../jobs/speakers/hear-voices';
import { listenerModels } from '../../jobs/speakers/listener-models';
import type { SpeakerCrew } from '../../jobs/speakers/speaker-crew';
import { createGovernor, type Governor } from '../../memory/meter';
import { deviceGibibytes, jsHeapBytes } from '../../memory/page-readings';
import { parsePressure } from '../../memory/pressure';
import { EXPORT_FORMATS, exportTranscript, type ExportFormat } from '../../transcript/export';
import { createReplacer } from '../../transcript/replacements';
import { inOrder } from '../../transcript/in-order';
import type { JobRecord } from '../../transcript/job-record';
import { withSpeakers, type SpeakerLabels } from '../../transcript/speaker-labels';
import type { TextBatch } from '../../transcript/store';
import { errorText } from '../messages/error-text';
import { reportOf, type FileReport } from '../report/report';

export interface AutomationResult {
  /** False where the job failed; what was read before is in the outputs all the same, with the gap after it. */
  ok: boolean;
  error: { code: ErrorCode; message: string } | null;
  outputs: Record<ExportFormat, string>;
  stats: JobStats;
  report: FileReport;
  /** Why nobody's speakers are told apart, where they should be; the text is whole. */
  speakerError: { code: ErrorCode; message: string } | null;
}

export interface AutomationProgress {
  doneSeconds: number;
  durationSeconds: number | null;
  speedFactor: number | null;
  secondsLeft: number | null;
  segments: number;
  /** What is heard now, after the text; `text` where absent. */
  stage?: 'speakers';
}

export interface AutomationSettings extends JobSettings {
  /** A schedule of `memory/pressure`, to see what the governor does. */
  pressure?: string;
  /** Folder of the full method's models as OWNER/NAME, relative to the page; else the page's own storage. */
  speakerModels?: string | null;
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

export function mountAutomation(target: HTMLElement, workers: WorkerPair, speakerCrew: SpeakerCrew): void {
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
      return transcribe(source, { ...DEFAULT_SETTINGS, ...settings }, earlier, workers, speakerCrew);
    },
  };
}

async function transcribe(
  source: Source,
  settings: AutomationSettings,
  earlier: EarlierRun | null,
  workers: WorkerPair,
  speakerCrew: SpeakerCrew,
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
  const text: Required<TextBatch> = {
    segments: [...(earlier?.text.segments ?? [])],
    gaps: [...(earlier?.text.gaps ?? [])],
    speech: [...(earlier?.text.speech ?? [])],
  };
  const store = async (change: JobChange, batch: TextBatch | null) => {
    await globalThis.longhandJournal?.({ text: batch, change });
    record = { ...record, ...change };
    text.segments.push(...(batch?.segments ?? []));
    text.gaps.push(...(batch?.gaps ?? []));
    text.speech.push(...(batch?.speech ?? []));
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
  const told = failure
    ? { labels: null, error: null }
    : await tellSpeakers(source, settings, speakerCrew, governor, async (doneSeconds) => {
        const pace = { speedFactor: null, secondsLeft: null, durationSeconds: checkpoint.seconds };
        const segments = text.segments.length;
        await globalThis.longhandProgress?.({ ...pace, doneSeconds, segments, stage: 'speakers' });
      });
  const unlabelled = {
    name: record.name,
    durationSeconds: failure ? Math.max(durationSeconds ?? 0, checkpoint.seconds) : checkpoint.seconds,
    language,
    segments: inOrder(text.segments).map(createReplacer(settings.replacements)),
    gaps,
    ...(settings.voiceActivity ? { speech: joinRanges(text.speech) } : {}),
  };
  const transcript = withSpeakers(unlabelled, told.labels);
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
  const error = report.failure && asError(report.failure);
  const speakerError = told.error && asError({ code: told.error.code, ...errorText(told.error) });
  return { ok: failure === null, error, outputs, stats: stats.read(), report, speakerError };
}

const asError = ({ code, what, now }: { code: ErrorCode; what: string; now: string }) => ({
  code,
  message: `${what} ${now}`,
});

/** After the text, which a failure here does not touch. */
async function tellSpeakers(
  source: Source,
  { diarize, speakers: count, heard, speakerModels = null }: AutomationSettings,
  crew: SpeakerCrew,
  governor: Governor,
  onHeard: (seconds: number) => Promise<void>,
): Promise<{ labels: SpeakerLabels | null; error: LonghandError | null }> {
  if (diarize === 'off') return { labels: null, error: null };
  const { signal } = new AbortController();
  try {
    const input = { source, heard, models: listenerModels(diarize, speakerModels) };
    const voices = await hearVoices(input, {
      crew,
      governor,
      signal,
      onHeard: ({ seconds }) => void onHeard(seconds),
    });
    return { labels: await divideVoices(voices, { count }, crew), error: null };
  } catch (thrown) {
    return { labels: null, error: toLonghandError(thrown) };
  } finally {
    crew.end();
  }
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
