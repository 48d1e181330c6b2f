/**
 * Following the text while it is written. In: whether the end of the text is in view, and how many lines there are.
 * Out: the page scrolls only if its end was in view before; otherwise the new lines are counted.
 */
import type { Attachment } from 'svelte/attachments';

export interface Follow {
  /** For the last element of the text. */
  readonly end: Attachment<HTMLElement>;
  /** Lines written since the end was last in view. */
  readonly newLines: number;
  showEnd(): void;
}

/** Call while a component is set up. `lines` and `writing` are read as signals. */
export function createFollow(lines: () => number, writing: () => boolean): Follow {
  let element: HTMLElement | null = null;
  let endInView = $state(true);
  let seenLines = $state(lines());

  const showEnd = () => element?.scrollIntoView({ block: 'nearest' });

  // Before new lines are drawn: the observer tells a frame late, and a reader who has just scrolled up must not be
  // pulled back down.
  $effect.pre(() => {
    lines();
    if (element) endInView = isInView(element);
  });

  $effect(() => {
    const current = lines();
    if (!endInView) return;
    if (writing() && current > seenLines) showEnd();
    seenLines = current;
  });

  return {
    end: (target) => {
      element = target;
      const observer = new IntersectionObserver((entries) => {
        endInView = entries.at(-1)?.isIntersecting ?? true;
      });
      observer.observe(target);
      return () => {
        observer.disconnect();
        element = null;
      };
    },
    get newLines() {
      return endInView ? 0 : Math.max(0, lines() - seenLines);
    },
    showEnd,
  };
}

function isInView(element: HTMLElement): boolean {
  const { top, bottom } = element.getBoundingClientRect();
  return bottom >= 0 && top <= innerHeight;
}
