/**
 * How right a transcript is. In: a reference and a hypothesis. Out: errors of the text where both have text, errors of
 * the speakers where both name them.
 */
import { LonghandError } from '../lib/errors';
import { speakerErrors, type SpeakerErrorOptions, type SpeakerErrors } from './speaker-errors';
import type { Subject } from './subject';
import { textErrors, type TextErrors } from './text-errors';
import type { TextOptions } from './words';

export type EvaluationOptions = TextOptions & SpeakerErrorOptions;

export interface Evaluation {
  text: TextErrors | null;
  speakers: SpeakerErrors | null;
}

/** Throws `evaluation/nothing-shared` where one has only text and the other only speakers. */
export function evaluate(reference: Subject, hypothesis: Subject, options: EvaluationOptions): Evaluation {
  const text =
    reference.pieces && hypothesis.pieces ? textErrors(reference.pieces, hypothesis.pieces, options) : null;
  const speakers =
    reference.turns && hypothesis.turns ? speakerErrors(reference.turns, hypothesis.turns, options) : null;
  if (!text && !speakers) throw new LonghandError('evaluation/nothing-shared', {});
  return { text, speakers };
}
