/**
 * SubStation Alpha (.ssa, .ass). In: a file's text, or a Matroska block. Out: cues with the name of who speaks.
 * Styles, positions and karaoke are dropped; drawings have no words. Source: the ASS file format specification,
 * https://www.matroska.org/technical/subtitles.html#ssaass-subtitles.
 */
import { parseClock } from './clock';
import type { CueList } from './cue-list';

/** Of a dialogue line where the file gives no `Format:`. */
const USUAL_FIELDS = [
  'layer',
  'start',
  'end',
  'style',
  'name',
  'marginl',
  'marginr',
  'marginv',
  'effect',
  'text',
];

export function readSubStation(text: string, cues: CueList): void {
  let fields = USUAL_FIELDS;
  let section = '';
  for (const line of text.split(/\r\n|\n|\r/)) {
    const heading = /^\s*\[(.+)\]\s*$/.exec(line);
    if (heading) section = heading[1]!.toLowerCase();
    if (section !== '' && section !== 'events') continue;
    const format = /^\s*Format\s*:(.*)$/i.exec(line);
    if (format) fields = format[1]!.split(',').map((field) => field.trim().toLowerCase());
    const dialogue = /^\s*Dialogue\s*:(.*)$/i.exec(line);
    if (!dialogue) continue;
    const values = splitFields(dialogue[1]!, fields.length);
    const value = (field: string) => values[fields.indexOf(field)] ?? '';
    const startSeconds = parseClock(value('start'));
    if (startSeconds === null) continue;
    const speaker = value('name') || value('actor');
    cues.add({
      startSeconds,
      endSeconds: parseClock(value('end')),
      text: dialogueText(value('text')),
      speaker,
    });
  }
}

/** Matroska keeps the times itself: `ReadOrder, Layer, Style, Name, MarginL, MarginR, MarginV, Effect, Text`. */
export function readSubStationBlock(
  block: string,
  times: { startSeconds: number; endSeconds: number | null },
  cues: CueList,
): void {
  const values = splitFields(block, 9);
  cues.add({ ...times, text: dialogueText(values[8] ?? ''), speaker: values[3] });
}

/** The last field may hold commas. */
function splitFields(line: string, count: number): string[] {
  const values = line.split(',');
  const last = values.slice(count - 1).join(',');
  return [...values.slice(0, count - 1).map((value) => value.trim()), last];
}

/** Without `{overrides}`; what follows `\p1` until `\p0` is drawn, not said. */
function dialogueText(text: string): string {
  let drawing = false;
  return text
    .split(/(\{[^{}]*\})/)
    .map((part) => {
      if (!part.startsWith('{')) return drawing ? '' : part;
      const scale = /\\p(\d+)/.exec(part);
      if (scale) drawing = Number(scale[1]) > 0;
      return '';
    })
    .join('')
    .replace(/\\N|\\n/g, '\n')
    .replace(/\\h/g, ' ');
}
