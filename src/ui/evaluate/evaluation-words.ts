/** Figures of an evaluation in words, for the page and the command line alike. */
import type { SpeakerErrors } from '../../evaluation/speaker-errors';
import type { ErrorCounts, TextErrors } from '../../evaluation/text-errors';
import { count } from '../format';

/** `12.34 %`; four digits behind a share, as error rates are told. */
export const formatRate = (rate: number | null): string =>
  rate === null ? 'no rate' : `${(100 * rate).toFixed(2)} %`;

export const wordSentence = ({ errors, substitutions, insertions, deletions, total }: ErrorCounts): string =>
  `${count(errors, 'error')} in ${count(total, 'word')}: ${substitutions} substituted, ${insertions} inserted, ${deletions} deleted`;

export const characterSentence = ({ errors, total }: TextErrors['characters']): string =>
  `${count(errors, 'error')} in ${count(total, 'character')}`;

export const speakerSentence = (found: SpeakerErrors): string =>
  `${tenths(found.missedSeconds)} missed, ${tenths(found.falseAlarmSeconds)} false alarm, ${tenths(found.confusionSeconds)} confused, of ${tenths(found.totalSeconds)} of speech`;

export const tenths = (seconds: number): string => `${seconds.toFixed(1)} s`;
