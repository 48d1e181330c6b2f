/**
 * Marks on words: the one being heard, those in doubt, the one stepped to. In: places in segments on the page.
 * They are CSS custom highlights, ranges without elements: ten hours have a hundred thousand words. A browser without
 * them (before Firefox 140, Safari 17.2) shows none; then the heard segment is lit as it is where words have no times.
 */
import type { Segment } from '../../speech/segment';
import { wordsOf } from '../../transcript/words';
import type { WordPlace } from './doubts';

const NAMES = { heard: 'heard-word', doubtful: 'doubtful-word', current: 'current-word' } as const;
export type WordMark = keyof typeof NAMES;

export const canMarkWords = typeof Highlight === 'function' && 'highlights' in CSS;

/** `spanOf` finds the element of a segment; words whose segment is not on the page are passed over. */
export function markWords(
  mark: WordMark,
  places: readonly WordPlace[],
  segments: readonly Segment[],
  spanOf: (segment: number) => Element | null,
): void {
  if (!canMarkWords) return;
  const ranges = places.flatMap(({ segment, word }) => {
    const element = spanOf(segment);
    const found = segments[segment] && wordsOf(segments[segment])[word];
    const range = element && found && rangeIn(element, found.from, found.to);
    return range ? [range] : [];
  });
  if (ranges.length === 0) CSS.highlights.delete(NAMES[mark]);
  else CSS.highlights.set(NAMES[mark], new Highlight(...ranges));
}

export function clearWordMarks(): void {
  if (canMarkWords) for (const name of Object.values(NAMES)) CSS.highlights.delete(name);
}

/** `from`, `to`: in the text of the element, whatever elements that is spread over. */
export function rangeIn(element: Element, from: number, to: number): Range | null {
  const start = placeIn(element, from);
  const end = placeIn(element, to);
  if (!start || !end) return null;
  const range = document.createRange();
  range.setStart(start.node, start.offset);
  range.setEnd(end.node, end.offset);
  return range;
}

function placeIn(element: Element, at: number): { node: Text; offset: number } | null {
  const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let before = 0;
  while (texts.nextNode()) {
    const node = texts.currentNode as Text;
    if (at <= before + node.length) return { node, offset: at - before };
    before += node.length;
  }
  return null;
}

/** Index of the word of a segment under a pointer, or -1. */
export function wordUnder(event: MouseEvent, element: Element, segment: Segment): number {
  const caret = caretAt(event.clientX, event.clientY);
  if (!caret || !element.contains(caret.node)) return -1;
  const range = document.createRange();
  range.setStart(element, 0);
  range.setEnd(caret.node, caret.offset);
  const at = range.toString().length;
  return (segment.words?.ends ?? []).findIndex((end) => at <= end);
}

function caretAt(x: number, y: number): { node: Node; offset: number } | null {
  if ('caretPositionFromPoint' in document) {
    const found = document.caretPositionFromPoint(x, y);
    return found && { node: found.offsetNode, offset: found.offset };
  }
  // Safari, and Chromium before 128.
  const found = (
    document as { caretRangeFromPoint?: (x: number, y: number) => Range | null }
  ).caretRangeFromPoint?.(x, y);
  return found ? { node: found.startContainer, offset: found.startOffset } : null;
}
