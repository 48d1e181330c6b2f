/**
 * SubRip and WebVTT: blocks of a line with times and lines of text. In: a file's text. Out: cues.
 * One reader for both, as files of either kind borrow from the other: a comma or a point, hours or none, with numbers
 * or without. Source: https://www.w3.org/TR/webvtt1/#file-parsing; SubRip has no specification.
 */
import { parseClock } from './clock';
import { CueList } from './cue-list';
import { voices, withoutOverrides, withoutTags } from './markup';

const TIMES = /^\s*([\d:.,]+)\s*-->\s*([\d:.,]+)(?:\s|$)/;

export function readCueBlocks(
  text: string,
  format: 'SubRip' | 'WebVTT',
  cues: CueList,
  shiftSeconds = 0,
): void {
  const lines = text.split(/\r\n|\n|\r/);
  for (let index = 0; index < lines.length; index++) {
    const times = TIMES.exec(lines[index]!);
    if (!times) continue;
    const startSeconds = parseClock(times[1]!);
    if (startSeconds === null) continue;
    const body = [];
    while (index + 1 < lines.length && !endsCue(lines, index + 1)) body.push(lines[++index]!);
    const endSeconds = parseClock(times[2]!);
    addCue(cues, format, {
      startSeconds: startSeconds + shiftSeconds,
      endSeconds: endSeconds === null ? null : endSeconds + shiftSeconds,
      text: body.join('\n'),
    });
  }
}

/** A blank line, or the next cue where the blank line was forgotten. */
function endsCue(lines: readonly string[], index: number): boolean {
  const line = lines[index]!;
  if (line.trim() === '' || TIMES.test(line)) return true;
  return /^\s*\d+\s*$/.test(line) && TIMES.test(lines[index + 1] ?? '');
}

interface Timed {
  startSeconds: number;
  endSeconds: number | null;
  text: string;
}

/** The text of one cue, as files and containers alike hold it. */
export function addCue(cues: CueList, format: 'SubRip' | 'WebVTT', { text, ...times }: Timed): void {
  if (format === 'SubRip') cues.add({ ...times, text: withoutOverrides(withoutTags(text)) });
  else for (const voice of voices(text)) cues.add({ ...times, ...voice });
}
