/** Errors of a text one by one, as a person reads them: what should stand there, what does, and the words around it. */
import type { Passage } from './text-errors';

export interface ListedError {
  /** Words that agree before it; fewer at the beginning or close to the error before. */
  before: string[];
  /** What was said there; empty where something was put in. */
  reference: string[];
  /** What was written; empty where something was left out. */
  hypothesis: string[];
  after: string[];
  startSeconds: number | null;
}

const CONTEXT_WORDS = 4;

/** Errors between which no word agrees are one. In order. */
export function listErrors(passages: readonly Passage[]): ListedError[] {
  const errors: ListedError[] = [];
  let open: ListedError | null = null;
  let before: string[] = [];
  for (const { kind, reference, hypothesis, startSeconds } of passages) {
    if (kind === 'equal') {
      if (open) open.after = hypothesis.slice(0, CONTEXT_WORDS);
      open = null;
      before = hypothesis.slice(-CONTEXT_WORDS);
      continue;
    }
    if (!open) {
      open = { before, reference: [], hypothesis: [], after: [], startSeconds };
      errors.push(open);
    }
    open.reference.push(...reference);
    open.hypothesis.push(...hypothesis);
  }
  return errors;
}
