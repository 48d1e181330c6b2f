/** What the evaluation worker offers: aligning ten hours of words takes seconds, which the page must not stand still. */
import type { Evaluation, EvaluationOptions } from '../evaluation/evaluate';
import type { TimedLine } from '../evaluation/subject';

/** Reference or hypothesis: a file of any kind that `evaluation/subject.ts` reads, or the text of a job. */
export type Given = { kind: 'file'; file: File } | { kind: 'lines'; lines: readonly TimedLine[] };

export interface EvaluationWorker {
  /** Throws `evaluation/...`, and `media/unreadable` for a file that is gone. */
  evaluate(reference: Given, hypothesis: Given, options: EvaluationOptions): Promise<Evaluation>;
}
