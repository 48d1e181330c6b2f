/**
 * The page as the command line drives it (`tools/transcribe`): files come through an `<input>`, so that they stay on
 * disk, and results leave as plain data. Mounted only at `#/automation`, in place of the views.
 */
import { toLonghandError } from '../../lib/errors';
import type { ErrorCode } from '../../lib/error-codes';
import type { Gap } from '../../media/gap';
import type { Segment } from '../../speech/segment';
import { DEFAULT_SETTINGS, type JobSettings } from '../../jobs/job-settings';
import { createStatsCollector, type JobStats } from '../../jobs/job-stats';
import { paceOf } from '../../jobs/pace';
import { runJob } from '../../jobs/run-job';
import type { WorkerPair } from '../../jobs/worker-pair';
import { createGovernor } from '../../memory/meter';
import { deviceGibibytes, jsHeapBytes } from '../../memory/page-readings';
import { parsePressure } from '../../memory/pressure';
import { EXPORT_FORMATS, exportTranscript, type ExportFormat } from '../../transcript/export';
import { errorText } from '../messages/error-text';

export interface AutomationResult {
  /** False where the job failed; what was read before is in the outputs all the same, with the gap after it. */
  ok: boolean;
  error: { code: ErrorCode; message: string } | null;
  outputs: Record<ExportFormat, string>;
  stats: JobStats;
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

export interface Automation {
  /** Runs the file at `index` of `#automation-files`. */
  transcribe(index: number, settings: Partial<AutomationSettings>): Promise<AutomationResult>;
}

declare global {
  var longhandAutomation: Automation | undefined;
  /** Set by the driver; hears every batch, and the next one waits for it (so that memory can be read at rest). */
  var longhandProgress: ((progress: AutomationProgress) => Promise<void>) | undefined;
}

export function mountAutomation(target: HTMLElement, workers: WorkerPair): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.id = 'automation-files';
  input.multiple = true;
  input.setAttribute('aria-label', 'Recordings');
  target.replaceChildren(input);

  globalThis.longhandAutomation = {
    transcribe(index, settings) {
      const file = input.files?.[index];
      if (!file) return Promise.reject(new RangeError(`no file at ${index} of ${input.files?.length ?? 0}`));
      return transcribe(file, { ...DEFAULT_SETTINGS, ...settings }, workers);
    },
  };
}

async function transcribe(
  file: File,
  settings: AutomationSettings,
  workers: WorkerPair,
): Promise<AutomationResult> {
  const governor = createGovernor({
    deviceGibibytes: deviceGibibytes(),
    limitMegabytes: settings.memoryLimitMegabytes,
    jsHeapBytes,
    pressure: parsePressure(settings.pressure ?? '') ?? [],
  });
  const stats = createStatsCollector({ now: () => performance.now(), jsHeapBytes });
  const segments: Segment[] = [];
  const gaps: Gap[] = [];
  let durationSeconds: number | null = null;
  let doneSeconds = 0;
  let language = settings.language;
  let startedAt = performance.now();
  let error: AutomationResult['error'] = null;
  try {
    await runJob(
      { source: { kind: 'file', file }, settings, checkpointSeconds: 0 },
      {
        workers,
        governor,
        signal: new AbortController().signal,
        events: {
          ...stats,
          onAudio: (audio) => {
            durationSeconds = audio.durationSeconds;
          },
          onRecognizer: (recognizer) => {
            startedAt = performance.now();
            stats.onRecognizer(recognizer);
          },
          onResult: async (result) => {
            stats.onResult(result);
            segments.push(...result.segments);
            gaps.push(...result.gaps);
            language = result.language ?? language;
            doneSeconds = result.checkpointSeconds;
            const pace = paceOf({
              startedAt,
              now: performance.now(),
              fromSeconds: 0,
              doneSeconds,
              durationSeconds,
            });
            await globalThis.longhandProgress?.({
              ...pace,
              doneSeconds,
              durationSeconds,
              segments: segments.length,
            });
          },
          onRestart: () => undefined,
        },
      },
    );
  } catch (thrown) {
    const failure = toLonghandError(thrown);
    const text = errorText(failure);
    error = { code: failure.code, message: `${text.what} ${text.now}` };
    const endSeconds = durationSeconds ?? doneSeconds;
    if (endSeconds > doneSeconds) gaps.push({ startSeconds: doneSeconds, endSeconds, reason: failure.code });
  }
  const length = error ? Math.max(durationSeconds ?? 0, doneSeconds) : doneSeconds;
  const transcript = { name: file.name, durationSeconds: length, language, segments, gaps };
  const outputs = Object.fromEntries(
    EXPORT_FORMATS.map((format) => [format, exportTranscript(transcript, format)]),
  ) as AutomationResult['outputs'];
  return { ok: error === null, error, outputs, stats: stats.read() };
}
