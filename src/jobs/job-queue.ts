/**
 * Jobs one after the other, on one set of workers. In: sources. Out: snapshots that the page draws, and stored text.
 * A job that fails is reported in its own place and the next one starts. What is written, and what waits, is in the
 * journal: after a reload or a crash `load` lists it, and `resume` goes on from its last checkpoint.
 */
import { joinRanges } from '../lib/time-ranges';
import { LonghandError, toLonghandError } from '../lib/errors';
import type { Source } from '../media/source';
import type { Governor } from '../memory/meter';
import type { BatchResult } from '../protocol/speech';
import type { Segment } from '../speech/segment';
import { BEGINNING } from '../protocol/checkpoint';
import type { JobRecord } from '../transcript/job-record';
import { applyPassages, type Passage, type PassageEdit } from '../transcript/passages';
import type { Replacement } from '../transcript/replacements';
import type { TranscriptStore } from '../transcript/store';
import type { FoundCaptions } from '../media/captions/cue';
import { decideCaptions, offersOf, type CaptionPlan, type CaptionAnswer } from './caption-choice';
import { createCopier } from './copier';
import { findCaptions } from './find-captions';
import { canResume, createRecord, isRunning, settingsOf, viewOf, type JobView } from './job';
import { createJobList } from './job-list';
import { lockedJobs, takeJobLock, whenJobIsFree, type JobLock } from './job-lock';
import type { JobSettings } from './job-settings';
import { JobHold, journalJob, type JobChange } from './journal-job';
import type { Pace } from './pace';
import { writePassage } from './passage';
import { recordedSeconds, removeRecordingFiles, sweepRecordingFiles } from './recording/recording-files';
import { sweepCopies } from './source-copies';
import { inOrder } from '../transcript/in-order';
import { createSpeakerDesk, type SpeakerDesk } from './speakers/speaker-desk';
import { NO_SPEAKERS } from './speakers/speaker-view';
import type { SpeakerCrew } from './speakers/speaker-crew';
import { listenerModels } from './speakers/listener-models';
import type { SpeakerMethod } from '../speakers/voices';
import { fileOf, reopenSource } from './source-record';
import type { WorkerPair } from './worker-pair';

export type { JobState, JobView } from './job';

export interface JobQueue {
  /** Newest first; stored ones included once `load` has resolved. */
  readonly jobs: readonly JobView[];
  /** Ids of this visit's queue, in the order in which they are written. */
  readonly order: readonly string[];
  /** Calls `listener` after every change, until the returned function is called. */
  subscribe(listener: () => void): () => void;
  /** Lists what is stored. */
  load(): Promise<void>;
  /** Loads the text of a stored job into its snapshot. */
  open(id: string): Promise<void>;
  /** Work starts at once, one after the other. `settings` differ from those in force. Returns the new jobs' ids. */
  add(sources: readonly Source[], settings?: Partial<JobSettings>): string[];
  /**
   * Goes on from the checkpoint, at the end of the queue. Call it from a click, for the browser may ask for permission;
   * `chosen` is the file where its owner has chosen it again. Rejects with `source/...` or `job/elsewhere`; what is
   * stored is not touched then.
   */
  resume(id: string, chosen?: File): Promise<void>;
  /**
   * What becomes of the captions found, where the job asks; and of a job that is done: it is written once more, with
   * this choice. `track` is the place of a `CaptionOffer`; null for the best.
   */
  useCaptions(id: string, use: CaptionAnswer, track?: number | null): Promise<void>;
  /** What is written for what in its text, from now on; what is stored of the text does not change. */
  replace(id: string, replacements: Replacement[]): Promise<void>;
  /**
   * A stretch of a job once more, with other settings; nothing is stored. `chosen` is the file where its owner has chosen
   * it again. Rejects with `job/busy` while a job runs, and with what a job fails with.
   */
  writePassage(
    id: string,
    passage: Passage,
    settings: Partial<JobSettings>,
    options: { chosen: File | null; signal: AbortSignal },
  ): Promise<Segment[]>;
  /** Puts segments in the place of those in a stretch; what was recognized first stays stored. */
  acceptPassage(id: string, edit: PassageEdit): Promise<void>;
  /** Holds a job back, running or not; its place in the queue is kept. */
  pause(id: string): void;
  /** Ends a job and keeps what is written. */
  stop(id: string): void;
  /** Later in the queue by so many places, earlier by negative ones. */
  move(id: string, places: number): void;
  remove(id: string): Promise<void>;
  /** Who speaks, of jobs that have text. */
  readonly speakers: SpeakerDesk;
  /** Listens for voices in a recording whose text is there; `chosen` as for `resume`, whose errors it throws. */
  hearSpeakers(id: string, wanted: SpeakersWanted, chosen?: File): Promise<void>;
}

export interface SpeakersWanted {
  method: SpeakerMethod;
  /** Null to find out. */
  count: number | null;
}

/** What a list of jobs does with them. */
export type QueueActions = Pick<JobQueue, 'pause' | 'resume' | 'move' | 'remove'>;

export interface QueueOptions {
  workers: WorkerPair;
  /** Of its own: what happens to them touches no text. */
  speakerCrew: SpeakerCrew;
  store: TranscriptStore;
  governor: Governor;
  /** What jobs that are added now are run with; a job keeps what it was added with. */
  settings(): JobSettings;
}

export function createJobQueue({ workers, speakerCrew, store, governor, settings }: QueueOptions): JobQueue {
  const list = createJobList();
  const copier = createCopier(store, (id, source) => list.change(id, { source }));
  const speakers = createSpeakerDesk({
    store,
    governor,
    crew: speakerCrew,
    view: (id) => list.find(id)?.speakers,
    show: (id, view) => list.change(id, { speakers: view }),
  });
  const controllers = new Map<string, AbortController>();
  /** Of jobs of this visit: what has not to be opened again. */
  const sources = new Map<string, Source>();
  const fromCopy = new Set<string>();
  const locks = new Map<string, JobLock>();
  /** Stored jobs whose text is not in their snapshot yet. */
  const unloaded = new Set<string>();
  let running = false;

  async function runWaiting(): Promise<void> {
    if (running) return;
    running = true;
    for (;;) {
      const next = list.order.find((id) => list.find(id)?.state.kind === 'waiting' && locks.has(id));
      if (next === undefined) break;
      await run(next);
    }
    running = false;
  }

  async function run(id: string): Promise<void> {
    const controller = new AbortController();
    controllers.set(id, controller);
    list.change(id, { state: { kind: 'opening' } });
    try {
      const record = await store.find(id);
      const source = sources.get(id);
      if (!record || !source) throw new LonghandError('internal/closed', { what: 'job' });
      const captions = await captionsOf(record, source, controller.signal);
      if (captions === 'ask') return list.change(id, { state: { kind: 'asking' } });
      const { outcome, error } = await journalJob(record, source, {
        captions,
        workers,
        governor,
        store,
        signal: controller.signal,
        onChange: (change, pace, text) => show(id, change, pace, text),
        events: {
          onRecognizer: () => list.change(id, { state: { kind: 'working' } }),
          onAudio: ({ tracks, trackIndex, channels }) => list.change(id, { tracks, trackIndex, channels }),
          onFetch: (fetched) => list.change(id, { fetched }),
          onRestart: () => list.change(id, { state: { kind: 'opening' } }),
        },
      });
      const state = outcome.kind === 'failed' ? { kind: outcome.kind, error: error! } : outcome;
      const { diarize: method, speakers: count, heard } = settingsOf(record);
      const follows = outcome.kind === 'done' && method !== 'off';
      if (state.kind !== 'unfinished')
        list.change(id, {
          state,
          ...(follows && { speakers: { ...NO_SPEAKERS, stage: { kind: 'waiting' } } }),
        });
      if (outcome.kind === 'done') {
        if (method !== 'off')
          await speakers.hear(id, { source, heard, models: listenerModels(method), count });
        // What was read from its copy cannot be played once that is gone.
        if (fromCopy.delete(id)) list.change(id, { file: null });
        await copier.drop(id);
      }
    } catch (thrown) {
      list.change(id, { state: { kind: 'failed', error: toLonghandError(thrown) } });
    } finally {
      controllers.delete(id);
      // A job that asks is still this page's.
      if (list.find(id)?.state.kind !== 'asking') release(id);
    }
  }

  /** Looked for once; found again in the journal, for the files beside a recording are gone after a reload. */
  async function captionsOf(
    record: JobRecord,
    source: Source,
    signal: AbortSignal,
  ): Promise<CaptionPlan | 'ask' | null> {
    const { id } = record;
    const { captions: use, captionTrack: track, language, heard: part } = settingsOf(record);
    // An abort is for the journal to write down.
    if (use === 'ignore' || signal.aborted) return null;
    const stored = await store.loadStage(id, 'captions');
    let found = stored?.kind === 'done' ? (stored.value as FoundCaptions) : null;
    if (!found) {
      found = await findCaptions(source, workers, signal).catch(() => null);
      if (!found) return null;
      if (found.tracks.length > 0) await store.storeStage(id, 'captions', { kind: 'done', value: found });
    }
    const decision = decideCaptions(found, { use, track, language, part });
    list.change(id, { captionOffers: offersOf(found, language) });
    if (decision.kind === 'ask') return 'ask';
    if (decision.kind === 'use') return decision.plan;
    return null;
  }

  function show(id: string, change: JobChange, pace: Pace, text: BatchResult | null): void {
    const job = list.find(id);
    if (!job) return;
    const { checkpoint, outcome: _, ...fields } = change;
    list.change(id, {
      ...fields,
      ...pace,
      ...(checkpoint && { doneSeconds: checkpoint.seconds }),
      ...(text && {
        segments: inOrder(job.segments.concat(text.segments)),
        gaps: job.gaps.concat(text.gaps),
        speech: joinRanges([...job.speech, ...text.speech]),
      }),
    });
  }

  function release(id: string): void {
    locks.get(id)?.release();
    locks.delete(id);
  }

  /** The journal first: what is not in it could not be gone on with. */
  async function journal(records: readonly JobRecord[]): Promise<void> {
    const ids = records.map(({ id }) => id);
    try {
      await store.create(records);
      for (const id of ids) {
        const lock = await takeJobLock(id);
        if (lock) locks.set(id, lock);
      }
    } catch (thrown) {
      const error = toLonghandError(thrown);
      for (const id of ids) list.change(id, { state: { kind: 'failed', error } });
      return;
    }
    // Stopped or removed while it was being written down.
    for (const id of ids) if (list.find(id)?.state.kind !== 'waiting') release(id);
    for (const { id, source } of records) copier.add(id, sources.get(id)!, source);
    await runWaiting();
  }

  /** Another tab has the job: its record is read again once it is free. */
  function follow(id: string): void {
    const refresh = async () => {
      const record = await store.find(id).catch(() => null);
      if (!record) return list.remove(id);
      unloaded.add(id);
      list.change(id, viewOf(record));
    };
    whenJobIsFree(id, () => void refresh(), new AbortController().signal);
  }

  async function load(): Promise<void> {
    const [records, locked] = await Promise.all([store.list(), lockedJobs()]);
    const stored = records.filter(({ id }) => !list.find(id));
    for (const { id } of stored) unloaded.add(id);
    const elsewhere = ({ id, outcome }: JobRecord) => outcome.kind === 'unfinished' && locked.has(id);
    list.add(
      stored.map((record) => (elsewhere(record) ? viewOf(record, { kind: 'elsewhere' }) : viewOf(record))),
    );
    for (const record of stored) if (elsewhere(record)) follow(record.id);
    const copied = records.filter(({ source }) => source.kind === 'copy').map(({ id }) => id);
    // Asked again: jobs that were added in the meantime may have their copies already.
    await sweepCopies(new Set([...copied, ...(await lockedJobs())]));
    await measureCutOff();
    const recordings = records.flatMap(({ source }) => (source.kind === 'recording' ? [source.id] : []));
    await sweepRecordingFiles(new Set([...recordings, ...locked]));
  }

  /** How long a recording is that was cut off is written nowhere but in its file. */
  async function measureCutOff(): Promise<void> {
    for (const { id, source, state } of list.jobs) {
      if (source.kind !== 'recording' || state.kind !== 'cut-off') continue;
      const durationSeconds = await recordedSeconds(source);
      list.change(id, { durationSeconds });
    }
  }

  async function open(id: string): Promise<void> {
    if (!unloaded.delete(id)) return;
    try {
      const [stored, captions, passages] = await Promise.all([
        store.load(id),
        store.loadStage(id, 'captions'),
        passagesOf(id),
      ]);
      const text = applyPassages(stored, passages);
      const { language } = list.find(id)?.settings ?? { language: null };
      const captionOffers =
        captions?.kind === 'done' ? offersOf(captions.value as FoundCaptions, language) : [];
      const source = list.find(id)?.source;
      // A recording made here can be heard without asking anybody; it may hold no sound.
      const heard = source?.kind === 'recording' ? await reopenSource(source).catch(() => null) : null;
      list.change(id, {
        ...text,
        speech: stored.speech,
        captionOffers,
        ...(heard && { file: fileOf(heard) }),
      });
      await speakers.open(id);
    } catch (error) {
      unloaded.add(id);
      throw error;
    }
  }

  async function passagesOf(id: string): Promise<PassageEdit[]> {
    const stage = await store.loadStage(id, 'passages');
    return stage?.kind === 'done' ? (stage.value as PassageEdit[]) : [];
  }

  function hold(id: string, kind: 'paused' | 'stopped'): void {
    const state = list.find(id)?.state;
    if (!state) return;
    if (isRunning(state)) controllers.get(id)?.abort(new JobHold(kind));
    else if (['waiting', 'paused', 'asking', 'cut-off'].includes(state.kind)) {
      list.change(id, { state: { kind } });
      // Without it the job would count as cut off after a reload, and be offered all the same.
      void store.change(id, { outcome: { kind } }).catch(() => undefined);
      release(id);
    }
  }

  /**
   * Puts a job at the end of the queue. `prepare` changes the journal, once it is sure that the recording is there and
   * that no other tab has the job. Throws `source/...`, `job/elsewhere`, `store/...`.
   */
  async function begin(
    { id, name, source: stored }: JobView,
    chosen: File | null,
    prepare: () => Promise<void>,
  ) {
    const source = (chosen ? undefined : sources.get(id)) ?? (await reopenSource(stored, chosen));
    const lock = locks.get(id) ?? (await takeJobLock(id));
    if (!lock) {
      follow(id);
      throw new LonghandError('job/elsewhere', { name });
    }
    locks.set(id, lock);
    if (stored.kind === 'copy' && !chosen && !sources.has(id)) fromCopy.add(id);
    sources.set(id, source);
    try {
      await prepare();
    } catch (error) {
      release(id);
      throw error;
    }
    list.change(id, { state: { kind: 'waiting' }, file: fileOf(source) });
    list.enqueue([id]);
    copier.add(id, source, stored);
    void runWaiting();
  }

  return {
    get jobs() {
      return list.jobs;
    },
    get order() {
      return list.order;
    },
    subscribe: (listener) => list.subscribe(listener),
    load,
    open,
    add(added, chosen = {}) {
      const inForce = { ...settings(), ...chosen };
      const records = added.map((source, index) => {
        const record = createRecord(source, inForce);
        sources.set(record.id, source);
        // Those of one moment keep their order after a reload too.
        return { ...record, createdAt: record.createdAt + index / 1000 };
      });
      const views = records.map((record) => viewOf(record, { kind: 'waiting' }));
      list.add(views.map((view) => ({ ...view, file: fileOf(sources.get(view.id)!) })));
      list.enqueue(records.map(({ id }) => id));
      void journal(records);
      return records.map(({ id }) => id);
    },
    async resume(id, chosen) {
      const job = list.find(id);
      if (!job || !canResume(job.state)) return;
      await begin(job, chosen ?? null, async () => {
        await store.change(id, { outcome: { kind: 'unfinished' } });
        await open(id);
      });
    },
    pause: (id) => hold(id, 'paused'),
    async useCaptions(id, use, track = null) {
      const job = list.find(id);
      if (!job || (job.state.kind !== 'asking' && job.state.kind !== 'done')) return;
      const settings = { ...job.settings, captions: use, captionTrack: track };
      const anew = { settings, checkpoint: BEGINNING, lastText: null, workedSeconds: 0 };
      await begin(job, null, async () => {
        await store.clear(id, { ...anew, outcome: { kind: 'unfinished' } });
        await store.storeStage(id, 'passages', { kind: 'done', value: [] });
        list.change(id, {
          settings,
          doneSeconds: 0,
          workedSeconds: 0,
          lastText: null,
          segments: [],
          gaps: [],
          speech: [],
        });
      });
    },
    async replace(id, replacements) {
      const job = list.find(id);
      if (!job) return;
      const settings = { ...job.settings, replacements };
      list.change(id, { settings });
      await store.change(id, { settings: { ...settings } });
    },
    async writePassage(id, passage, settings, { chosen, signal }) {
      const job = list.find(id);
      if (!job) throw new LonghandError('internal/closed', { what: 'job' });
      const busy = list.jobs.find(({ state }) => isRunning(state));
      if (running) throw new LonghandError('job/busy', { name: busy?.name ?? job.name });
      running = true;
      try {
        const known = chosen ? null : (sources.get(id) ?? null);
        const source = known ?? (await reopenSource(job.source, chosen));
        return await writePassage(source, { ...job.settings, ...settings }, passage, {
          workers,
          governor,
          signal,
        });
      } finally {
        running = false;
        void runWaiting();
      }
    },
    async acceptPassage(id, edit) {
      const job = list.find(id);
      if (!job) return;
      const edits = [...(await passagesOf(id)), edit];
      await store.storeStage(id, 'passages', { kind: 'done', value: edits });
      list.change(id, applyPassages(job, [edit]));
    },
    speakers,
    async hearSpeakers(id, { method, count }, chosen) {
      const job = list.find(id);
      if (!job) return;
      const source =
        (chosen ? undefined : sources.get(id)) ?? (await reopenSource(job.source, chosen ?? null));
      sources.set(id, source);
      list.change(id, { file: fileOf(source) });
      const models = listenerModels(method);
      await speakers.hear(id, { source, heard: job.settings.heard, models, count });
    },
    stop: (id) => hold(id, 'stopped'),
    move: (id, places) => list.move(id, places),
    async remove(id) {
      controllers.get(id)?.abort(new JobHold('stopped'));
      speakers.stop(id);
      const source = list.find(id)?.source;
      list.remove(id);
      sources.delete(id);
      await copier.drop(id);
      await store.remove(id);
      // A recording that was written twice is kept until the last of its jobs goes.
      const isShared = (other: JobView) =>
        other.source.kind === 'recording' && source?.kind === 'recording' && other.source.id === source.id;
      if (source?.kind === 'recording' && !list.jobs.some(isShared)) await removeRecordingFiles(source.id);
      if (!controllers.has(id)) release(id);
    },
  };
}
