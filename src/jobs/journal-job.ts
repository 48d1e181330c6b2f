/**
 * One job with its journal: every batch and how it ends is stored before anyone hears of it. In: a record that the
 * store has, its source, and what the page, or the command line, wants to know. Out: how it ended, stored as well;
 * it never throws.
 */
import { LonghandError, toLonghandError } from '../lib/errors';
import type { Source } from '../media/source';
import type { Governor } from '../memory/meter';
import type { BatchResult } from '../protocol/speech';
import type { JobOutcome, JobRecord } from '../transcript/job-record';
import type { TextBatch } from '../transcript/store';
import type { CaptionPlan } from './caption-choice';
import { settingsOf } from './job';
import { paceOf, type Pace } from './pace';
import { runJob, type JobEvents } from './run-job';
import type { WorkerPair } from './worker-pair';

/** What a run can find out about its job. */
export type JobChange = Partial<
  Pick<
    JobRecord,
    | 'checkpoint'
    | 'durationSeconds'
    | 'workedSeconds'
    | 'format'
    | 'backend'
    | 'language'
    | 'lastText'
    | 'outcome'
  >
>;

/** Where batches and outcomes go. */
export interface Journal {
  append(id: string, batch: TextBatch, change: JobChange): Promise<void>;
  change(id: string, change: JobChange): Promise<void>;
}

/** As those of `run-job`, and with each batch how fast it goes. */
export type JournalEvents = Omit<JobEvents, 'onResult'> & {
  onResult(result: BatchResult, pace: Pace): Promise<void>;
};

export interface JournalOptions {
  /** Text that is there already, see `caption-choice.ts`. */
  captions?: CaptionPlan | null;
  workers: WorkerPair;
  governor: Governor;
  store: Journal;
  /** Ends the job; its reason says how: `pause` and `stop` below, or a failure. */
  signal: AbortSignal;
  /** What has become known; `text` is what has been stored. */
  onChange(change: JobChange, pace: Pace, text: BatchResult | null): void;
  /** Also hears what the run says; a batch only after it is stored. */
  events?: Partial<JournalEvents>;
}

/** The reason of an abort that is no failure. */
export class JobHold {
  constructor(readonly kind: 'paused' | 'stopped') {}
}

/** The outcome, and the error where it failed. */
export interface JobEnd {
  outcome: JobOutcome;
  error: LonghandError | null;
}

const UNKNOWN_PACE: Pace = { speedFactor: null, secondsLeft: null };

export async function journalJob(
  record: JobRecord,
  source: Source,
  { workers, governor, store, signal, onChange, captions = null, events = {} }: JournalOptions,
): Promise<JobEnd> {
  const { id, checkpoint: from } = record;
  const settings = settingsOf(record);
  const beganAt = performance.now();
  let startedAt: number | null = null;
  /** As the record will be with the next batch. */
  let known: JobChange & Pick<JobRecord, 'checkpoint' | 'durationSeconds'> = {
    checkpoint: from,
    durationSeconds: record.durationSeconds,
  };
  const learn = (change: JobChange, pace = UNKNOWN_PACE, text: BatchResult | null = null) => {
    known = { ...known, ...change };
    onChange(change, pace, text);
  };
  const workedSeconds = () => record.workedSeconds + (performance.now() - beganAt) / 1000;

  const limit = new AbortController();
  const timer = startLimit(settings.limitMinutes, (limitSeconds) => {
    const atSeconds = known.checkpoint.seconds;
    limit.abort(new LonghandError('job/too-long', { limitSeconds, atSeconds }));
  });
  const either = AbortSignal.any([signal, limit.signal]);

  const told: JobEvents = {
    onAudio(audio) {
      events.onAudio?.(audio);
      learn({ durationSeconds: audio.durationSeconds ?? known.durationSeconds, format: audio.format });
    },
    onRecognizer(recognizer) {
      startedAt ??= performance.now();
      events.onRecognizer?.(recognizer);
      learn({ backend: recognizer.backend });
    },
    async onResult(result) {
      const { checkpoint, segments, gaps } = result;
      // With voice activity off everything passes for speech, and nothing is known of it.
      const speech = settings.voiceActivity ? result.speech : [];
      const lastText = segments.at(-1)?.text;
      const change: JobChange = {
        checkpoint,
        // A header that promised less than there is must not leave the bar beyond its end.
        durationSeconds: lengthKnown(known.durationSeconds, checkpoint.seconds, result.ended),
        workedSeconds: workedSeconds(),
        ...(result.language === null ? {} : { language: result.language }),
        ...(lastText === undefined ? {} : { lastText }),
      };
      await store.append(id, { segments, gaps, speech }, { ...known, ...change });
      const now = performance.now();
      const pace = paceOf({
        startedAt: startedAt ?? now,
        now,
        fromSeconds: Math.max(from.seconds, settings.heard.startSeconds),
        doneSeconds: checkpoint.seconds,
        durationSeconds: change.durationSeconds ?? null,
      });
      learn(change, pace, { ...result, speech });
      await events.onResult?.(result, pace);
    },
    onFetch: (progress) => events.onFetch?.(progress),
    onRestart: (error) => events.onRestart?.(error),
    onClosed: (end) => events.onClosed?.(end),
  };

  let end: JobEnd;
  try {
    await runJob({ source, settings, from, captions }, { workers, governor, events: told, signal: either });
    end = { outcome: { kind: 'done' }, error: null };
  } catch (thrown) {
    end = endOf(either.aborted ? either.reason : thrown);
  } finally {
    clearTimeout(timer);
  }
  const change = { outcome: end.outcome, workedSeconds: workedSeconds() };
  try {
    await store.change(id, change);
  } catch (error) {
    end = endOf(end.error ?? error);
  }
  learn(change);
  return end;
}

function endOf(thrown: unknown): JobEnd {
  if (thrown instanceof JobHold) return { outcome: { kind: thrown.kind }, error: null };
  const error = toLonghandError(thrown);
  return { outcome: { kind: 'failed', code: error.code, values: error.values }, error };
}

function lengthKnown(promised: number | null, doneSeconds: number, ended: boolean): number | null {
  if (ended) return doneSeconds;
  return promised === null ? null : Math.max(promised, doneSeconds);
}

function startLimit(minutes: number | null, onEnd: (limitSeconds: number) => void) {
  if (minutes === null) return undefined;
  return setTimeout(() => onEnd(minutes * 60), minutes * 60_000);
}
