/**
 * Two lists of turns as one list of stretches in which nobody begins or ends. In: turns, and how much around each
 * boundary of the reference is left out. Out: stretches in order of time, those in which nobody speaks left out.
 */
import type { Turn } from '../transcript/turns';

export interface Stretch {
  startSeconds: number;
  endSeconds: number;
  /** Labels, each once, sorted. */
  reference: string[];
  hypothesis: string[];
}

interface Edge {
  seconds: number;
  side: 'reference' | 'hypothesis' | 'collar';
  label: string;
  /** 1 begins, -1 ends. */
  step: 1 | -1;
}

export function sharedStretches(
  reference: readonly Turn[],
  hypothesis: readonly Turn[],
  collarSeconds: number,
): Stretch[] {
  const edges = [
    ...reference.flatMap((turn) => edgesOf('reference', turn)),
    ...hypothesis.flatMap((turn) => edgesOf('hypothesis', turn)),
    ...(collarSeconds > 0 ? reference.flatMap((turn) => collarEdges(turn, collarSeconds)) : []),
  ].sort((a, b) => a.seconds - b.seconds);
  // How many turns of each are open: one voice's own turns may overlap, and it still speaks once.
  const open = {
    reference: new Map<string, number>(),
    hypothesis: new Map<string, number>(),
    collar: new Map<string, number>(),
  };
  const stretches: Stretch[] = [];
  edges.forEach(({ seconds, side, label, step }, index) => {
    const count = (open[side].get(label) ?? 0) + step;
    if (count === 0) open[side].delete(label);
    else open[side].set(label, count);
    const next = edges[index + 1]?.seconds ?? seconds;
    const somebody = open.reference.size + open.hypothesis.size > 0;
    if (next > seconds && somebody && open.collar.size === 0) {
      stretches.push({
        startSeconds: seconds,
        endSeconds: next,
        reference: [...open.reference.keys()].sort(),
        hypothesis: [...open.hypothesis.keys()].sort(),
      });
    }
  });
  return stretches;
}

const edgesOf = (side: Edge['side'], { speaker, startSeconds, endSeconds }: Turn): Edge[] => [
  { seconds: startSeconds, side, label: speaker, step: 1 },
  { seconds: endSeconds, side, label: speaker, step: -1 },
];

const collarEdges = ({ startSeconds, endSeconds }: Turn, collarSeconds: number): Edge[] =>
  [startSeconds, endSeconds].flatMap((boundary) =>
    edgesOf('collar', {
      speaker: '',
      startSeconds: boundary - collarSeconds,
      endSeconds: boundary + collarSeconds,
    }),
  );
