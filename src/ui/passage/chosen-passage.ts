/** Which passage a person means. In: the selection and the focus on the page, and the segments. Out: a stretch, or null. */
import type { Segment } from '../../speech/segment';
import type { Passage } from '../../transcript/passages';

/** From the first to the last segment that is selected, else the one that has the focus. */
export function chosenPassage(segments: readonly Segment[]): Passage | null {
  const selection = getSelection();
  const selected =
    selection && !selection.isCollapsed && selection.rangeCount > 0
      ? [...document.querySelectorAll<HTMLElement>('[data-segment]')].filter((span) =>
          selection.containsNode(span, true),
        )
      : [];
  const focused = document.activeElement?.closest<HTMLElement>('[data-segment]');
  const spans = selected.length > 0 ? selected : focused ? [focused] : [];
  const chosen = spans.flatMap((span) => segments[Number(span.dataset.segment)] ?? []);
  if (chosen.length === 0) return null;
  return {
    startSeconds: Math.min(...chosen.map((segment) => segment.startSeconds)),
    endSeconds: Math.max(...chosen.map((segment) => segment.endSeconds)),
  };
}
