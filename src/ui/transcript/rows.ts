/**
 * The text as it is read: turns (paragraphs of segments) and gaps between them, in order of time.
 * In: segments and gaps. Out: rows. A paragraph ends at a gap, with another speaker, at a long pause, or, once it is long, at the end of
 * a sentence; the decision looks only backwards, so that what is already on the page never moves.
 */
import type { Gap } from '../../media/gap';
import type { Segment } from '../../speech/segment';
import type { ShownSegment } from '../../transcript/replacements';

export interface TurnRow {
  kind: 'turn';
  key: string;
  /** Index of its first segment in the whole transcript. */
  firstIndex: number;
  segments: readonly ShownSegment[];
}

export interface GapRow {
  kind: 'gap';
  key: string;
  gap: Gap;
}

export type Row = TurnRow | GapRow;

/** A silence this long starts a new paragraph. */
const PAUSE_SECONDS = 2;
/** About five lines of 65 characters: from here on, the next end of a sentence ends the paragraph. */
const LONG_CHARACTERS = 320;
/** A speaker whom the model gives no full stops ends here. */
const LONGEST_CHARACTERS = 800;

/** Rows that did not change are the same objects as in `previous`, so that only the last ones are drawn again. */
export function createRows(
  segments: readonly ShownSegment[],
  gaps: readonly Gap[],
  previous: readonly Row[] = [],
): readonly Row[] {
  const rows: Row[] = [];
  const waiting = [...gaps];
  let turn: { firstIndex: number; segments: ShownSegment[]; characters: number } | null = null;

  const push = (row: Row): void => {
    const before = previous[rows.length];
    rows.push(before && isSame(before, row) ? before : row);
  };
  const endTurn = (): void => {
    if (turn)
      push({
        kind: 'turn',
        key: `turn-${turn.firstIndex}`,
        firstIndex: turn.firstIndex,
        segments: turn.segments,
      });
    turn = null;
  };
  const pushGapsBefore = (seconds: number): void => {
    while (waiting[0] && waiting[0].startSeconds < seconds) {
      const gap = waiting.shift() as Gap;
      endTurn();
      push({ kind: 'gap', key: `gap-${gap.startSeconds}`, gap });
    }
  };

  segments.forEach((segment, index) => {
    pushGapsBefore(segment.startSeconds);
    const last: Segment | undefined = turn?.segments.at(-1);
    if (turn && last && startsParagraph(last, segment, turn.characters)) endTurn();
    turn ??= { firstIndex: index, segments: [], characters: 0 };
    turn.segments.push(segment);
    turn.characters += segment.text.length + 1;
  });
  endTurn();
  pushGapsBefore(Infinity);
  return rows;
}

function startsParagraph(last: Segment, next: Segment, characters: number): boolean {
  if (next.speaker !== last.speaker || next.language !== last.language) return true;
  if (next.startSeconds - last.endSeconds >= PAUSE_SECONDS) return true;
  // Who said it, and who wrote it down, is told once a paragraph.
  if (next.speaker !== last.speaker || next.origin?.track !== last.origin?.track) return true;
  if (characters >= LONGEST_CHARACTERS) return true;
  return characters >= LONG_CHARACTERS && /[.!?…]["'”’)]?$/.test(last.text);
}

function isSame(a: Row, b: Row): boolean {
  if (a.kind === 'gap') return b.kind === 'gap' && a.gap === b.gap;
  if (b.kind === 'gap') return false;
  return (
    a.firstIndex === b.firstIndex &&
    a.segments.length === b.segments.length &&
    a.segments.every((segment, index) => segment === b.segments[index])
  );
}

/** Index of the segment heard at that moment, or -1 in a pause. Segments are in order of time. */
export function segmentAt(segments: readonly Segment[], seconds: number): number {
  let low = 0;
  let high = segments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((segments[middle] as Segment).startSeconds <= seconds) low = middle + 1;
    else high = middle;
  }
  const found = segments[low - 1];
  return found && seconds < found.endSeconds ? low - 1 : -1;
}
