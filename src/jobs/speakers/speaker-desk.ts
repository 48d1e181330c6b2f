/**
 * Speakers of all jobs: who is heard next, what is stored of them, what a person changes by hand. In: jobs and edits.
 * Out: snapshots that the page draws, and two stage results in the journal, voices and labels, apart from the text.
 * The one decision to know: nothing here writes to the text, and its workers are its own. Killed at any point it leaves
 * either the former result or the new one.
 */
import { abortable } from '../../lib/abort';
import { LonghandError, toLonghandError } from '../../lib/errors';
import type { Source } from '../../media/source';
import type { Governor } from '../../memory/meter';
import type { ListenerModels } from '../../speakers/listener';
import type { SpeakerChoice, Voices } from '../../speakers/voices';
import { carryNames, editLabels, type LabelEdit } from '../../transcript/edit-labels';
import { parseRttm } from '../../transcript/rttm';
import { labelsFromRttm, type SpeakerLabels } from '../../transcript/speaker-labels';
import type { StageResult } from '../../transcript/stage-result';
import type { TranscriptStore } from '../../transcript/store';
import type { JobSettings } from '../job-settings';
import { divideVoices } from './divide-voices';
import { hearVoices } from './hear-voices';
import type { SpeakerCrew } from './speaker-crew';
import { NO_SPEAKERS, type SpeakerStage, type SpeakersView } from './speaker-view';

export interface HearRequest {
  source: Source;
  heard: JobSettings['heard'];
  models: ListenerModels;
  /** Null: as many as there are. */
  count: number | null;
}

/** What a page does with the speakers of a job. Throws `store/...` where it cannot be kept. */
export interface SpeakerDesk {
  /** Reads what is stored into the snapshot. */
  open(id: string): Promise<void>;
  /** Listens, one job after the other; resolves when it has ended, well or not. It never throws. */
  hear(id: string, request: HearRequest): Promise<void>;
  /** Ends the listening; what was known before stays. */
  stop(id: string): void;
  /** Divides the stored voices anew; names go to those who speak in the same places. */
  divide(id: string, choice: Partial<SpeakerChoice>): Promise<void>;
  edit(id: string, edit: Exclude<LabelEdit, { kind: 'split' }>): Promise<void>;
  /** One speaker becomes two. Needs voices. */
  split(id: string, speaker: number): Promise<void>;
  undo(id: string): Promise<void>;
  /** Throws `evaluation/bad-rttm`. */
  importRttm(id: string, file: File): Promise<void>;
}

export interface SpeakerDeskOptions {
  store: Pick<TranscriptStore, 'storeStage' | 'loadStage'>;
  crew: SpeakerCrew;
  governor: Governor;
  view(id: string): SpeakersView | undefined;
  show(id: string, view: SpeakersView): void;
}

const MOST_UNDOABLE = 50;

export function createSpeakerDesk({ store, crew, governor, view, show }: SpeakerDeskOptions): SpeakerDesk {
  const controllers = new Map<string, AbortController>();
  /** Labels before each change by hand, the last one last. */
  const former = new Map<string, SpeakerLabels[]>();
  let last: Promise<void> = Promise.resolve();
  let listening = 0;

  const change = (id: string, fields: Partial<SpeakersView>) =>
    show(id, { ...(view(id) ?? NO_SPEAKERS), ...fields });

  /** Stored before shown. */
  async function keep(id: string, labels: SpeakerLabels, before: SpeakerLabels | null): Promise<void> {
    await store.storeStage(id, 'speakers', { kind: 'done', value: labels });
    const steps = former.get(id) ?? [];
    if (before) former.set(id, [...steps, before].slice(-MOST_UNDOABLE));
    change(id, { labels, undoable: former.get(id)?.length ?? 0 });
  }

  /** Those asked for last, so that trying one number of speakers after the other reads them once. */
  let recent: { id: string; voices: Voices } | null = null;

  async function voicesOf(id: string): Promise<Voices> {
    if (recent?.id === id) return recent.voices;
    const stored = await store.loadStage(id, 'voices');
    if (stored?.kind !== 'done') throw new LonghandError('speakers/not-heard', {});
    recent = { id, voices: stored.value as Voices };
    return recent.voices;
  }

  async function label(voices: Voices, choice: Partial<SpeakerChoice>): Promise<SpeakerLabels> {
    const labels = await divideVoices(voices, choice, crew);
    if (listening === 0) restSoon();
    return labels;
  }

  let resting: ReturnType<typeof setTimeout> | undefined;
  /** A hand that moves the number of speakers up and down should not wait for a new worker each time. */
  function restSoon(): void {
    clearTimeout(resting);
    resting = setTimeout(() => {
      recent = null;
      if (listening === 0) crew.end();
    }, REST_MS);
  }

  async function hear(id: string, { source, heard, models, count }: HearRequest, signal: AbortSignal) {
    change(id, { stage: { kind: 'hearing', doneSeconds: 0 } });
    const voices = await hearVoices(
      { source, heard, models },
      {
        crew,
        governor,
        signal,
        onHeard: ({ seconds }) => change(id, { stage: { kind: 'hearing', doneSeconds: seconds } }),
      },
    );
    await store.storeStage(id, 'voices', { kind: 'done', value: voices });
    recent = null;
    const labels = await abortable(label(voices, { count }), signal);
    const before = view(id)?.labels ?? null;
    await keep(id, carryNames(before, labels), before);
    change(id, { stage: { kind: 'heard' } });
  }

  return {
    async open(id) {
      const [voices, labels] = await Promise.all([
        store.loadStage(id, 'voices'),
        store.loadStage(id, 'speakers'),
      ]);
      change(id, {
        labels: labels?.kind === 'done' ? (labels.value as SpeakerLabels) : null,
        stage: stageOf(voices),
      });
    },
    async hear(id, request) {
      if (controllers.has(id)) return;
      const controller = new AbortController();
      controllers.set(id, controller);
      const { stage = NO_SPEAKERS.stage } = view(id) ?? {};
      const stageBefore = stage.kind === 'waiting' ? NO_SPEAKERS.stage : stage;
      change(id, { stage: { kind: 'waiting' } });
      listening++;
      const turn = last.then(async () => {
        try {
          controller.signal.throwIfAborted();
          await hear(id, request, controller.signal);
        } catch (thrown) {
          if (controller.signal.aborted) return change(id, { stage: stageBefore });
          const error = toLonghandError(thrown);
          change(id, { stage: { kind: 'failed', error } });
          const { code, values } = error;
          // Voices that were heard before are worth more than the news that they were not heard again.
          if (stageBefore.kind !== 'heard')
            await store.storeStage(id, 'voices', { kind: 'failed', code, values }).catch(() => undefined);
        } finally {
          controllers.delete(id);
          if (--listening === 0) crew.end();
        }
      });
      last = turn;
      await turn;
    },
    stop: (id) => controllers.get(id)?.abort(new LonghandError('job/aborted', { atSeconds: 0 })),
    async divide(id, choice) {
      const before = view(id)?.labels ?? null;
      const labels = await label(await voicesOf(id), choice);
      await keep(id, carryNames(before, labels), before);
    },
    async edit(id, edit) {
      const before = view(id)?.labels;
      if (before) await keep(id, editLabels(before, edit), before);
    },
    async split(id, speaker) {
      const before = view(id)?.labels;
      if (!before) return;
      const voices = await voicesOf(id);
      const part = before.turns.filter((turn) => turn.speaker === speaker);
      const { remote } = await crew.speakers();
      const turns = await remote.split(voices, part);
      if (listening === 0) restSoon();
      const after = editLabels(before, { kind: 'split', speaker, turns });
      if (after === before) throw new LonghandError('speakers/one-voice', {});
      await keep(id, after, before);
    },
    async undo(id) {
      const labels = former.get(id)?.pop();
      if (labels) await keep(id, labels, null);
    },
    async importRttm(id, file) {
      const labels = labelsFromRttm(parseRttm(await file.text()), file.name);
      if (labels.turns.length === 0) throw new LonghandError('speakers/no-turns', { name: file.name });
      await keep(id, labels, view(id)?.labels ?? null);
    },
  };
}

const REST_MS = 20_000;

function stageOf(voices: StageResult | null): SpeakerStage {
  if (voices?.kind === 'failed')
    return { kind: 'failed', error: new LonghandError(voices.code, voices.values) };
  return { kind: voices ? 'heard' : 'none' };
}
