/** The governor's state in words: numbers with their whole, a reason, what changed. Pure. */
import { rungSays, type GovernorState, type Level } from '../../memory/governor';
import { MEGABYTE } from '../../memory/limit';

const megabytes = (sizeBytes: number): string =>
  `${Math.round(sizeBytes / MEGABYTE).toLocaleString('en')} MB`;

/** `412 MB of the 1,000 MB limit.`; before the first reading, the limit alone. */
export const useWords = ({ usedBytes, limitBytes }: GovernorState, measured: boolean): string =>
  measured
    ? `${megabytes(usedBytes)} of the ${megabytes(limitBytes)} limit.`
    : `Not measured yet. The limit is ${megabytes(limitBytes)}.`;

/** Why the level is what it is, and what changed. Back at NORMAL, only what is still given up. */
export const whyWords = (state: GovernorState): string =>
  [state.level === 'NORMAL' ? null : state.reason, rungSays(state)]
    .filter((words) => words !== null)
    .join(' ');

/** Said to a screen reader when `level` changes; `state` is that of the same reading. */
export const levelAnnouncement = (level: Level, state: GovernorState): string =>
  [`Memory: ${level.toLowerCase()}.`, whyWords(state)].filter(Boolean).join(' ');
