/**
 * RTTM, the format in which speaker labels are exchanged: a line for each turn. In and out: turns.
 * https://github.com/nryant/dscore#rttm; fields: SPEAKER file channel onset duration <NA> <NA> speaker <NA> <NA>.
 */
import { LonghandError } from '../lib/errors';
import type { Turn } from './turns';

const NOT_AVAILABLE = '<NA>';
/** Of a line that cannot be read, for its message. */
const QUOTED_CHARACTERS = 80;

/** `recording` names the file that the turns belong to; milliseconds are what the format is written with. */
export function formatRttm(recording: string, turns: readonly Turn[]): string {
  const file = field(recording);
  return turns
    .map(({ speaker, startSeconds, endSeconds }) => {
      const onset = startSeconds.toFixed(3);
      // Of the rounded times, so that what ends where the next begins still does when it is read again.
      const duration = (Number(endSeconds.toFixed(3)) - Number(onset)).toFixed(3);
      return `SPEAKER ${file} 1 ${onset} ${duration} <NA> <NA> ${field(speaker)} <NA> <NA>\n`;
    })
    .join('');
}

/** Space separates fields, so that a name cannot hold any. */
const field = (text: string): string => text.trim().replace(/\s+/g, '_') || NOT_AVAILABLE;

/**
 * All turns, whatever recording they name: one file is one recording here. In order of time.
 * Lines of other kinds (comments, noise, who is who) are passed over. Throws `evaluation/bad-rttm`.
 */
export function parseRttm(text: string): Turn[] {
  const turns: Turn[] = [];
  text.split(/\r\n|[\n\r]/).forEach((line, index) => {
    const [kind, , , onset = '', duration = '', , , speaker = ''] = line.trim().split(/\s+/);
    if (kind?.replace(/^\ufeff/, '') !== 'SPEAKER') return;
    const startSeconds = seconds(onset);
    const endSeconds = startSeconds + seconds(duration);
    if (Number.isNaN(endSeconds) || speaker === '') {
      throw new LonghandError('evaluation/bad-rttm', {
        line: index + 1,
        text: line.trim().slice(0, QUOTED_CHARACTERS),
      });
    }
    if (endSeconds > startSeconds) turns.push({ speaker, startSeconds, endSeconds });
  });
  return turns.sort((a, b) => a.startSeconds - b.startSeconds);
}

/** NaN where it is no number of seconds. */
const seconds = (text: string): number =>
  /^\d+(\.\d*)?([eE][-+]?\d+)?$|^\.\d+$/.test(text) ? Number(text) : NaN;
