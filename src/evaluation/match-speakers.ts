/**
 * Which voice of the hypothesis is which of the reference. Labels are arbitrary, so that every label is given the one
 * with which it shares the most time, each at most once, such that all together share the most: the assignment problem.
 */
import { munkres } from 'munkres';
import type { Stretch } from './stretches';

export interface MatchedSpeakers {
  hypothesis: string;
  reference: string;
  sharedSeconds: number;
}

/** Those that share any time, in order of the reference's labels. */
export function matchSpeakers(stretches: readonly Stretch[]): MatchedSpeakers[] {
  const references = labels(stretches.flatMap(({ reference }) => reference));
  const hypotheses = labels(stretches.flatMap(({ hypothesis }) => hypothesis));
  if (references.length === 0 || hypotheses.length === 0) return [];
  const row = new Map(references.map((label, index) => [label, index]));
  const column = new Map(hypotheses.map((label, index) => [label, index]));
  // Costs, which are made small: shared time counts against them.
  const costs = references.map(() => new Array<number>(hypotheses.length).fill(0));
  for (const { startSeconds, endSeconds, reference, hypothesis } of stretches) {
    for (const each of reference)
      for (const other of hypothesis)
        costs[row.get(each)!]![column.get(other)!]! -= endSeconds - startSeconds;
  }
  return munkres(costs)
    .filter(([r, h]) => costs[r]![h]! < 0)
    .map(([r, h]) => ({
      reference: references[r]!,
      hypothesis: hypotheses[h]!,
      sharedSeconds: -costs[r]![h]!,
    }))
    .sort((a, b) => row.get(a.reference)! - row.get(b.reference)!);
}

const labels = (all: readonly string[]): string[] => [...new Set(all)].sort();
