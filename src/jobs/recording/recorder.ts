/**
 * Recording, from the click to the transcript. In: what shall be heard. Out: snapshots for the page, samples on disk,
 * and a job in the journal whose source is the recording. The order is the promise: the record is stored, then the
 * file is opened, then sound flows; the text is written beside it and may come late or fail without harm to the sound.
 */
import * as Comlink from 'comlink';
import { isLonghandError, LonghandError, toLonghandError } from '../../lib/errors';
import { Scope } from '../../lib/scope';
import { BEGINNING } from '../../protocol/checkpoint';
import type { Connection, Remote } from '../../protocol/connect';
import type {
  EncodedRecording,
  RecorderHandle,
  RecorderWorker,
  RecordingShape,
  RecordingState,
} from '../../protocol/recorder';
import type { BatchResult } from '../../protocol/speech';
import type { Segment } from '../../speech/segment';
import type { JobOutcome, JobRecord, RecordingChannel, RecordingRecord } from '../../transcript/job-record';
import type { TranscriptStore } from '../../transcript/store';
import { takeJobLock } from '../job-lock';
import type { JobSettings } from '../job-settings';
import type { WorkerPair } from '../worker-pair';
import { writeLive } from './live-text';
import { IDLE, isOpen, type RecordingView } from './recording-view';
import { openEncoded, openRecordingFile } from './recording-files';
import { openSoundGraph, type SoundGraph } from './sound-graph';
import { openDisplaySound, openMicrophone, type SoundInput } from './sound-input';
import { holdWakeLock } from './wake-lock';

export interface SoundChoice {
  /** A device, null for the one the system prefers, false for none. */
  microphone: string | null | false;
  /** A browser tab or the system's sound; the browser asks which. */
  display: boolean;
  keepAwake: boolean;
  /** Write it once more when it is stopped, with all the context that live text has no time for. */
  writeAgain: boolean;
}

export interface Recorder {
  readonly view: RecordingView;
  subscribe(listener: () => void): () => void;
  /** Call it from a click. What keeps it from beginning is in the view. */
  start(choice: SoundChoice): Promise<void>;
  pause(): void;
  resume(): void;
  /** Marks this moment. */
  mark(): void;
  /** Resolves with the id of the finished job; null where there was nothing to stop. */
  stop(): Promise<string | null>;
  /** As a file of a tenth of the size. Throws `record/...`. */
  encodeOpus(recording: RecordingRecord, signal: AbortSignal): Promise<File>;
}

export interface RecorderParts {
  store: TranscriptStore;
  /** For the live text alone: a job that runs at the same time must not hold it up. */
  workers: WorkerPair;
  startWorker(): Promise<Connection<RecorderWorker>>;
  loadCapture(context: AudioContext): Promise<void>;
  settings(): JobSettings;
  /** The journal has a finished recording more, and where it shall be written again the job that does it. */
  onKept(again: string | null): Promise<void>;
}

/** What is held while it records. */
interface Session {
  id: string;
  record: JobRecord;
  source: RecordingRecord;
  writeAgain: boolean;
  graph: SoundGraph;
  handle: Remote<RecorderHandle>;
  /** Ends with the recording: sound, locks, workers. */
  scope: Scope;
  /** Resolves with what became of the text. */
  written: Promise<JobOutcome>;
  ended: Promise<string> | null;
}

export function createRecorder(parts: RecorderParts): Recorder {
  const listeners = new Set<() => void>();
  let view = IDLE;
  let session: Session | null = null;

  const change = (fields: Partial<RecordingView>) => {
    view = { ...view, ...fields };
    for (const listener of listeners) listener();
  };

  async function begin(choice: SoundChoice): Promise<Session> {
    await using scope = new Scope();
    // Both are asked for at once, while the click still counts.
    const inputs = await openInputs(choice, scope);
    const graph = await openSoundGraph(inputs, parts.loadCapture);
    scope.add(() => graph.close());
    const worker = await parts.startWorker();
    scope.add(() => worker.close());

    const settings = parts.settings();
    const record = createJobRecord(inputs, graph.sampleRate, settings);
    const { id } = record;
    const { source } = record;
    const lock = await takeJobLock(id);
    scope.add(() => lock?.release());
    // Chrome decides by itself whether it gives what is asked for here; nothing waits for it.
    void navigator.storage.persist().catch(() => false);
    await parts.store.create([record]);
    const handle = await worker.remote
      .openRecording(shapeOf(source), Comlink.transfer(graph.port, [graph.port]))
      .catch(async (error: unknown) => {
        await parts.store.remove(id);
        throw error;
      });
    await graph.start();
    if (choice.keepAwake) {
      const lock = holdWakeLock();
      scope.add(() => lock.release());
    }

    const channels = source.channels;
    change({
      ...IDLE,
      phase: { kind: 'recording' },
      id,
      channels,
      model: settings.model,
      pending: channels.map(() => []),
    });
    const begun: Session = {
      id,
      record,
      source,
      writeAgain: choice.writeAgain,
      graph,
      handle,
      scope: scope.move(),
      written: write(handle, source, settings, worker.died),
      ended: null,
    };
    for (const { track, device } of inputs) {
      const lost = () => void end(begun, new LonghandError('record/device-lost', { device }));
      begun.scope.listen(track, 'ended', lost);
    }
    void follow(begun);
    return begun;
  }

  /** Shows what the recorder says until it ends. */
  async function follow(current: Session): Promise<void> {
    try {
      for (;;) {
        const state = await current.handle.next();
        show(state);
        if (state.ended) return void end(current, failureOf(state));
      }
    } catch (error) {
      // With its worker dead nothing more is written; what was is on disk.
      if (current.ended === null) void end(current, toLonghandError(error));
    }
  }

  const show = ({ seconds, sizeBytes, peaks }: RecordingState) => change({ seconds, sizeBytes, peaks });

  /** The text, settled piece by piece; its failure is told and leaves the recording alone. */
  async function write(
    handle: Remote<RecorderHandle>,
    { id, channels, ...source }: RecordingRecord,
    settings: JobSettings,
    died: AbortSignal,
  ): Promise<JobOutcome> {
    const shape = shapeOf({ id, channels, ...source });
    const settled = new Array<number>(shape.channels).fill(0);
    const onResult = async (channel: number, result: BatchResult) => {
      const speaker = channels[channel]?.speaker ?? null;
      const name = (segment: Segment): Segment => (speaker === null ? segment : { ...segment, speaker });
      const segments = result.segments.map(name);
      settled[channel] = result.checkpoint.seconds;
      const settledSeconds = Math.min(...settled);
      if (segments.length > 0 || result.gaps.length > 0 || result.speech.length > 0 || result.ended) {
        const lastText = segments.at(-1)?.text;
        await parts.store.append(
          id,
          { segments, gaps: result.gaps, speech: result.speech },
          {
            checkpoint: { ...result.checkpoint, seconds: settledSeconds },
            durationSeconds: view.seconds,
            ...(result.language !== null && { language: result.language }),
            ...(lastText !== undefined && { lastText }),
          },
        );
      }
      change({
        settledSeconds,
        segments: inOrder(view.segments, segments),
        gaps: inOrder(view.gaps, result.gaps),
        pending: view.pending.map((old, index) =>
          index === channel ? (result.pending ?? []).map(name) : old,
        ),
      });
    };
    try {
      await writeLive(handle, shape, {
        workers: parts.workers,
        settings,
        // Without the recorder nobody answers a reader any more.
        signal: died,
        events: {
          onResult,
          onRecognizer: ({ backend }) => {
            change({ live: { kind: 'writing' } });
            void parts.store.change(id, { backend }).catch(() => undefined);
          },
          onRestart: () => change({ live: { kind: 'loading' } }),
        },
      });
      return { kind: 'done' };
    } catch (thrown) {
      const failure = toLonghandError(thrown);
      change({ live: { kind: 'failed', failure }, pending: view.pending.map(() => []) });
      return { kind: 'failed', code: failure.code, values: failure.values };
    } finally {
      parts.workers.restart();
    }
  }

  /** Once for each recording, whoever asks for it. */
  function end(current: Session, failure: LonghandError | null): Promise<string> {
    current.ended ??= finish(current, failure);
    return current.ended;
  }

  async function finish(current: Session, failure: LonghandError | null): Promise<string> {
    const { id, handle, graph, scope } = current;
    change({ phase: { kind: 'ending' } });
    await graph.close();
    const last = await handle.close().catch(() => null);
    if (last) show(last);
    let trouble = failure ?? (last && failureOf(last));
    const source = { ...current.source, marks: [...view.marks] };
    const note = (error: unknown) => (trouble ??= toLonghandError(error));
    await parts.store.change(id, { source, durationSeconds: view.seconds }).catch(note);
    const outcome = await current.written;
    await parts.store.change(id, { outcome, durationSeconds: view.seconds }).catch(note);
    await scope.close();
    session = null;
    const again = current.writeAgain ? againOf(current.record, source) : null;
    if (again) await parts.store.create([again]).catch(note);
    await parts.onKept(again?.id ?? null).catch(note);
    change({ phase: { kind: 'ended', failure: trouble } });
    return id;
  }

  return {
    get view() {
      return view;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async start(choice) {
      if (session !== null || view.phase.kind === 'starting') return;
      change({ ...IDLE, phase: { kind: 'starting' } });
      try {
        session = await begin(choice);
      } catch (error) {
        change({ phase: { kind: 'refused', failure: toLonghandError(error) } });
      }
    },
    pause() {
      if (!session || view.phase.kind !== 'recording') return;
      change({ phase: { kind: 'paused' } });
      session.handle.pause().catch(ignoreDeath);
    },
    resume() {
      if (!session || view.phase.kind !== 'paused') return;
      change({ phase: { kind: 'recording' } });
      session.handle.resume().catch(ignoreDeath);
    },
    mark() {
      if (!session || !isOpen(view)) return;
      const marks = [...view.marks, view.seconds];
      change({ marks });
      // Stored at once: a mark is part of what must not be lost.
      void parts.store.change(session.id, { source: { ...session.source, marks } }).catch(() => undefined);
    },
    stop: () => (session ? end(session, null) : Promise.resolve(null)),
    async encodeOpus(recording, signal) {
      await openRecordingFile(recording);
      const worker = await parts.startWorker();
      try {
        const encoded: EncodedRecording = await worker.remote.encodeOpus(shapeOf(recording), signal);
        return await openEncoded(encoded.file, `${recording.name}.ogg`, 'audio/ogg');
      } finally {
        worker.close();
      }
    },
  };
}

async function openInputs(choice: SoundChoice, scope: Scope): Promise<SoundInput[]> {
  const asked: Promise<SoundInput>[] = [];
  if (choice.microphone !== false) asked.push(openMicrophone(choice.microphone, choice.display));
  if (choice.display) asked.push(openDisplaySound());
  const answers = await Promise.allSettled(asked);
  const inputs = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  for (const { track } of inputs) scope.add(() => track.stop());
  const refused = answers.find((answer) => answer.status === 'rejected');
  if (refused) throw refused.reason;
  return inputs;
}

const SPEAKERS: Record<RecordingChannel['kind'], string> = { microphone: 'Me', display: 'Them' };

function createJobRecord(
  inputs: readonly SoundInput[],
  sampleRate: number,
  settings: JobSettings,
): JobRecord & { source: RecordingRecord } {
  const id = crypto.randomUUID();
  const createdAt = Date.now();
  const name = recordingName(createdAt);
  const channels = inputs.map(({ kind, device }) => ({
    kind,
    device,
    speaker: inputs.length > 1 ? SPEAKERS[kind] : null,
  }));
  return {
    id,
    name,
    createdAt,
    source: { kind: 'recording', id, name, sampleRate, channels, marks: [] },
    // Whoever writes it again, or goes on after a crash, hears two people apart too.
    settings:
      inputs.length > 1 ? { ...settings, heard: { ...settings.heard, channels: 'split' } } : { ...settings },
    model: settings.model,
    backend: null,
    format: 'recording',
    language: null,
    durationSeconds: null,
    checkpoint: BEGINNING,
    workedSeconds: 0,
    lastText: null,
    batches: 0,
    outcome: { kind: 'unfinished' },
  };
}

/** A job of its own over the same sound: the live text stays until its owner removes it. */
function againOf(record: JobRecord, source: RecordingRecord): JobRecord {
  const name = `${record.name}, written again`;
  return {
    ...record,
    id: crypto.randomUUID(),
    name,
    createdAt: record.createdAt + 1,
    source,
    outcome: { kind: 'stopped' },
  };
}

/** `Recording 2026-11-25 14h02`: a name that every file system takes, and without what looks like an ending. */
export function recordingName(startedAt: number): string {
  const date = new Date(startedAt);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `Recording ${day} ${two(date.getHours())}h${two(date.getMinutes())}`;
}

const shapeOf = ({ id, sampleRate, channels }: RecordingRecord): RecordingShape => ({
  id,
  sampleRate,
  channels: channels.length,
});

const failureOf = ({ failure }: RecordingState): LonghandError | null =>
  failure && new LonghandError(failure.code, failure.values);

function inOrder<T extends { startSeconds: number }>(old: readonly T[], more: readonly T[]): readonly T[] {
  return more.length === 0 ? old : [...old, ...more].sort((a, b) => a.startSeconds - b.startSeconds);
}

function ignoreDeath(error: unknown): void {
  if (!isLonghandError(error, 'worker/dead')) throw error;
}
