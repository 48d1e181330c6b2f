/** What a page says of speakers. In: labels, a stage. Out: words and figures. Pure. */
import type { SpeakerStage } from '../../jobs/speakers/speaker-view';
import type { Segment } from '../../speech/segment';
import { speakerName, type SpeakerLabels } from '../../transcript/speaker-labels';
import { count, formatDuration } from '../format';

export interface SpeakerLine {
  id: number;
  /** Null: nobody gave one. */
  given: string | null;
  name: string;
  seconds: number;
  /** Of all speech, 0 to 1. */
  share: number;
}

/** One line for each speaker, in the order in which they are numbered. */
export function speakerLines({ speakers, turns }: SpeakerLabels): SpeakerLine[] {
  const seconds = new Map<number, number>();
  for (const { speaker, startSeconds, endSeconds } of turns)
    seconds.set(speaker, (seconds.get(speaker) ?? 0) + endSeconds - startSeconds);
  const all = [...seconds.values()].reduce((sum, each) => sum + each, 0);
  return speakers.map((speaker) => ({
    id: speaker.id,
    given: speaker.name,
    name: speakerName(speaker),
    seconds: seconds.get(speaker.id) ?? 0,
    share: all > 0 ? (seconds.get(speaker.id) ?? 0) / all : 0,
  }));
}

/** Which sign each name has: as the labels number them, then in order of first words. */
export function speakerPlaces(
  segments: readonly Segment[],
  labels: SpeakerLabels | null,
): ReadonlyMap<string, number> {
  const names = new Set(labels?.speakers.map(speakerName));
  for (const { speaker } of segments) if (speaker !== undefined) names.add(speaker);
  return new Map([...names].map((name, place) => [name, place]));
}

export function stageWords(stage: SpeakerStage, durationSeconds: number | null): string {
  switch (stage.kind) {
    case 'waiting':
      return 'Waits until another recording was listened to.';
    case 'hearing': {
      const of = durationSeconds === null ? '' : ` of ${formatDuration(durationSeconds)}`;
      return `Listening for voices: ${formatDuration(stage.doneSeconds)}${of}.`;
    }
    default:
      return '';
  }
}

/** Said once, when it has changed. */
export function labelsAnnouncement(labels: SpeakerLabels | null): string {
  return labels ? `${count(labels.speakers.length, 'speaker')} told apart.` : '';
}
