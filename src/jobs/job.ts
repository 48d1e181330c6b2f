/** A job as the page sees it: one immutable snapshot, replaced on every change; and as it is stored. */
import { LonghandError } from '../lib/errors';
import type { TimeRange } from '../lib/time-ranges';
import type { Gap } from '../media/gap';
import type { FetchProgress } from '../media/bytes/remote';
import type { TrackInfo } from '../media/track-choice';
import type { Source } from '../media/source';
import { BEGINNING } from '../protocol/checkpoint';
import type { Backend } from '../protocol/speech';
import type { Segment } from '../speech/segment';
import type { JobOutcome, JobRecord, SourceRecord } from '../transcript/job-record';
import type { CaptionOffer } from './caption-choice';
import { DEFAULT_SETTINGS, type JobSettings } from './job-settings';
import { nameOf, recordSource } from './source-record';
import { NO_SPEAKERS, type SpeakersView } from './speakers/speaker-view';

export type JobState =
  | { kind: 'waiting' }
  | { kind: 'opening' }
  /** Captions were found, and the user has not said what becomes of them; others go on meanwhile. */
  | { kind: 'asking' }
  | { kind: 'working' }
  /** Held back by the user; its place in the queue is kept. */
  | { kind: 'paused' }
  /** Ended by the user. */
  | { kind: 'stopped' }
  /** Neither ended nor being written: the page was closed, or died. */
  | { kind: 'cut-off' }
  /** Another tab has it. */
  | { kind: 'elsewhere' }
  | { kind: 'done' }
  | { kind: 'failed'; error: LonghandError };

export interface JobView {
  id: string;
  name: string;
  /** Milliseconds since 1970. */
  createdAt: number;
  /** How it can be opened again. */
  source: SourceRecord;
  settings: JobSettings;
  /** As the user knows it. */
  model: string;
  /** Captions that came with it, the best first; empty until they were looked for. */
  captionOffers: readonly CaptionOffer[];
  state: JobState;
  durationSeconds: number | null;
  doneSeconds: number;
  /** Seconds of work so far, over all sittings. */
  workedSeconds: number;
  speedFactor: number | null;
  secondsLeft: number | null;
  format: string | null;
  backend: Backend | null;
  language: string | null;
  /** The last segment's words, known before the text of a stored job is loaded. */
  lastText: string | null;
  /** In order of time. Empty for a stored job until `open` has loaded it. */
  segments: readonly Segment[];
  /** Those that are stored; what a failure left unwritten is `unwritten` below. */
  gaps: readonly Gap[];
  /** Where somebody was heard, in order of time; not known of a stored job until `open` has loaded it. */
  speech: readonly TimeRange[];
  /** Audio tracks of the file where it may hold several, which of them is heard, and how many channels that has. */
  tracks: readonly TrackInfo[];
  trackIndex: number;
  channels: number | null;
  /** What has come over the network in this sitting; null for what lies on disk. */
  fetched: FetchProgress | null;
  /** Who speaks: stored apart from the text, and laid over it. */
  speakers: SpeakersView;
  /** For the player. Null for a source that is no file, and after a reload until it is opened again. */
  file: File | null;
}

export const isRunning = (state: JobState): boolean => state.kind === 'opening' || state.kind === 'working';

/** States from which a job goes on where it is. */
export const canResume = ({ kind }: JobState): boolean =>
  kind === 'paused' || kind === 'stopped' || kind === 'cut-off' || kind === 'failed';

/** A failure in the middle leaves the rest unwritten: one gap to the end, as far as that is known. */
export function unwritten({
  state,
  doneSeconds,
  durationSeconds,
}: Pick<JobView, 'state' | 'doneSeconds' | 'durationSeconds'>): Gap[] {
  if (state.kind !== 'failed') return [];
  return unwrittenAfter(state.error, doneSeconds, durationSeconds);
}

export function unwrittenAfter(
  error: LonghandError,
  doneSeconds: number,
  durationSeconds: number | null,
): Gap[] {
  if (durationSeconds === null || durationSeconds <= doneSeconds) return [];
  return [
    { startSeconds: doneSeconds, endSeconds: durationSeconds, reason: error.code, detail: error.message },
  ];
}

export function createRecord(source: Source, settings: JobSettings): JobRecord {
  return {
    id: crypto.randomUUID(),
    name: nameOf(source),
    createdAt: Date.now(),
    source: recordSource(source),
    settings: { ...settings },
    model: settings.model,
    backend: null,
    format: null,
    language: null,
    durationSeconds: null,
    checkpoint: BEGINNING,
    workedSeconds: 0,
    lastText: null,
    batches: 0,
    outcome: { kind: 'unfinished' },
  };
}

export const settingsOf = (record: Pick<JobRecord, 'settings' | 'model'>): JobSettings => ({
  ...DEFAULT_SETTINGS,
  ...(record.model === '' ? {} : { model: record.model }),
  ...(record.settings as Partial<JobSettings>),
});

/** `state` where it is not as its record says: a job of this page that has just been added waits. */
export const viewOf = (record: JobRecord, state: JobState = stateOf(record.outcome)): JobView => ({
  id: record.id,
  name: record.name,
  createdAt: record.createdAt,
  source: record.source,
  settings: settingsOf(record),
  model: record.model,
  captionOffers: [],
  state,
  durationSeconds: record.durationSeconds,
  doneSeconds: record.checkpoint.seconds,
  workedSeconds: record.workedSeconds,
  speedFactor: null,
  secondsLeft: null,
  format: record.format,
  backend: record.backend,
  language: record.language,
  lastText: record.lastText,
  segments: [],
  gaps: [],
  speech: [],
  tracks: [],
  trackIndex: 0,
  channels: null,
  fetched: null,
  speakers: NO_SPEAKERS,
  file: null,
});

/** A stored job that was never ended was cut off by the page itself. */
function stateOf(outcome: JobOutcome): JobState {
  if (outcome.kind === 'failed')
    return { kind: 'failed', error: new LonghandError(outcome.code, outcome.values) };
  return { kind: outcome.kind === 'unfinished' ? 'cut-off' : outcome.kind };
}
