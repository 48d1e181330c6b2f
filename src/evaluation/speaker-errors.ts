/**
 * Diarization error rate. In: turns of a reference and of a hypothesis. Out: how many seconds were missed, invented or
 * given to the wrong voice, as a share of all speech in the reference, and the list of the stretches.
 * Speech of several at once counts once for each of them. Checked against pyannote.metrics (tests/fixtures/evaluation).
 */
import type { Turn } from '../transcript/turns';
import { matchSpeakers } from './match-speakers';
import { sharedStretches, type Stretch } from './stretches';

export interface SpeakerErrorOptions {
  /**
   * Seconds on either side of every boundary of the reference that are not judged: nobody can say to a hundredth where
   * a voice begins. NIST's and dscore's convention is 0.25; pyannote.metrics takes the sum of both sides, so 0.5.
   */
  collarSeconds?: number;
}

export type SpeakerErrorKind = 'missed' | 'false alarm' | 'confusion';

export interface SpeakerError {
  kind: SpeakerErrorKind;
  startSeconds: number;
  endSeconds: number;
  /** Who speaks there, by the labels of each. */
  reference: string[];
  hypothesis: string[];
  /** Of speech that is wrong: more than its length where several are missed at once. */
  seconds: number;
}

export interface SpeakerErrors {
  /** Null where the reference has no speech and the hypothesis some. */
  rate: number | null;
  missedSeconds: number;
  falseAlarmSeconds: number;
  confusionSeconds: number;
  /** Of speech in the reference that was judged. */
  totalSeconds: number;
  collarSeconds: number;
  /** Which label of the hypothesis was taken for which of the reference: those that share most time. */
  mapping: { hypothesis: string; reference: string; sharedSeconds: number }[];
  /** In order of time. */
  errors: SpeakerError[];
}

/** Less is rounding, not speech. */
const LEAST_SECONDS = 1e-6;

export function speakerErrors(
  reference: readonly Turn[],
  hypothesis: readonly Turn[],
  { collarSeconds = 0 }: SpeakerErrorOptions = {},
): SpeakerErrors {
  const stretches = sharedStretches(reference, hypothesis, collarSeconds);
  const mapping = matchSpeakers(stretches);
  const referenceOf = new Map(mapping.map((each) => [each.hypothesis, each.reference]));
  const sums: Record<SpeakerErrorKind, number> = { missed: 0, 'false alarm': 0, confusion: 0 };
  const errors: SpeakerError[] = [];
  let totalSeconds = 0;
  for (const stretch of stretches) {
    const length = stretch.endSeconds - stretch.startSeconds;
    totalSeconds += length * stretch.reference.length;
    for (const [kind, voices] of Object.entries(wrongVoices(stretch, referenceOf))) {
      if (voices === 0) continue;
      sums[kind as SpeakerErrorKind] += length * voices;
      list(errors, kind as SpeakerErrorKind, stretch, length * voices);
    }
  }
  const wrong = sums.missed + sums['false alarm'] + sums.confusion;
  return {
    rate: totalSeconds > 0 ? wrong / totalSeconds : wrong > 0 ? null : 0,
    missedSeconds: sums.missed,
    falseAlarmSeconds: sums['false alarm'],
    confusionSeconds: sums.confusion,
    totalSeconds,
    collarSeconds,
    mapping,
    errors: errors
      .filter(({ seconds }) => seconds > LEAST_SECONDS)
      .sort((a, b) => a.startSeconds - b.startSeconds),
  };
}

/** Voices that are wrong throughout a stretch, by kind. */
function wrongVoices(
  { reference, hypothesis }: Stretch,
  referenceOf: ReadonlyMap<string, string>,
): Record<SpeakerErrorKind, number> {
  const right = hypothesis.filter((label) => {
    const meant = referenceOf.get(label);
    return meant !== undefined && reference.includes(meant);
  }).length;
  return {
    missed: Math.max(0, reference.length - hypothesis.length),
    'false alarm': Math.max(0, hypothesis.length - reference.length),
    confusion: Math.min(reference.length, hypothesis.length) - right,
  };
}

/** Stretches that touch and differ in nothing are one error. */
function list(errors: SpeakerError[], kind: SpeakerErrorKind, stretch: Stretch, seconds: number): void {
  const { startSeconds, endSeconds, reference, hypothesis } = stretch;
  const last = errors.findLast((each) => each.kind === kind);
  const goesOn =
    last?.endSeconds === startSeconds &&
    String(last.reference) === String(reference) &&
    String(last.hypothesis) === String(hypothesis);
  if (goesOn) {
    last.endSeconds = endSeconds;
    last.seconds += seconds;
  } else errors.push({ kind, startSeconds, endSeconds, reference, hypothesis, seconds });
}
