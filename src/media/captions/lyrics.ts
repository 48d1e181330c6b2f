/**
 * Lyrics (.lrc): `[01:02.50]words`. In: a file's text. Out: cues; a line lasts until the next one.
 * `[offset:+500]` in milliseconds moves all of them earlier; word times in `<…>` are dropped.
 */
import { parseClock } from './clock';
import type { CueList } from './cue-list';
import { withoutTags } from './markup';

/** Of a line that no other follows for long: until it is over, not until the applause. */
const LONGEST_LINE_SECONDS = 10;

export function readLyrics(text: string, cues: CueList): void {
  const offset = /^[ \t]*\[offset:[ \t]*([+-]?\d{1,9})[ \t]*\]/im.exec(text);
  const shiftSeconds = offset ? Number(offset[1]) / 1000 : 0;
  const lines = text.split(/\r\n|\n|\r/).flatMap((line) => {
    const stamps = /^\s*((?:\[[\d:.]+\]\s*)+)(.*)$/.exec(line);
    if (!stamps) return [];
    const words = withoutTags(stamps[2]!).replace(/<\d+:\d+(?:[.:]\d+)?>/g, '');
    return [...stamps[1]!.matchAll(/\[([\d:.]+)\]/g)].flatMap(([, stamp]) => {
      const at = parseClock(stamp!);
      return at === null ? [] : [{ startSeconds: Math.max(0, at - shiftSeconds), text: words }];
    });
  });
  lines.sort((a, b) => a.startSeconds - b.startSeconds);
  lines.forEach(({ startSeconds, text: words }, index) => {
    // An empty line ends the one before it.
    const next = lines[index + 1]?.startSeconds ?? Infinity;
    const endSeconds = Math.min(next, startSeconds + LONGEST_LINE_SECONDS);
    cues.add({ startSeconds, endSeconds: endSeconds > startSeconds ? endSeconds : null, text: words });
  });
}
