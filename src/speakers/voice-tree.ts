/**
 * Which voices are alike: agglomerative clustering (average linkage over cosine distance, ml-hclust). In: embeddings of
 * length 1, in order of time. Out: a tree that can be cut at any number of speakers in no time.
 * The decision to know: the library's work grows with the cube, so a first stage brings voices down to `MOST_LEAVES`,
 * block by block in time, where most of them are the same few people's. What is held and done thus grows with the
 * recording alone: ten hours take seconds.
 */
import { agnes } from 'ml-hclust';
import { dot, unit, type VoiceTree } from './voices';

export const MOST_LEAVES = 160;
/** Of the first stage: neighbours in time, and what they are brought down to. */
const BLOCK = 80;
const KEPT_OF_BLOCK = 16;

interface Group {
  /** Sum of its embeddings, weighted by seconds. */
  sum: Float32Array;
  /** Indices into the voices. */
  members: number[];
}

/** `seconds`: how much of each voice was heard; those of 0 seconds are left out of the tree. */
export function growTree(embeddings: readonly Float32Array[], seconds: readonly number[]): VoiceTree {
  let groups: Group[] = embeddings.flatMap((embedding, voice) =>
    seconds[voice]! > 0 ? [{ sum: embedding.map((x) => x * seconds[voice]!), members: [voice] }] : [],
  );
  while (groups.length > MOST_LEAVES) groups = condense(groups);
  const leaves = new Int32Array(embeddings.length).fill(-1);
  groups.forEach(({ members }, leaf) => members.forEach((voice) => (leaves[voice] = leaf)));
  return { leaves, merges: mergesOf(groups) };
}

function condense(groups: readonly Group[]): Group[] {
  const condensed: Group[] = [];
  for (let start = 0; start < groups.length; start += BLOCK) {
    const block = groups.slice(start, start + BLOCK);
    if (block.length <= KEPT_OF_BLOCK) condensed.push(...block);
    else condensed.push(...partsOf(block, KEPT_OF_BLOCK).map((part) => join(part.map((i) => block[i]!))));
  }
  return condensed;
}

function join(groups: readonly Group[]): Group {
  const sum = groups[0]!.sum.slice();
  for (const other of groups.slice(1)) other.sum.forEach((x, i) => (sum[i]! += x));
  return { sum, members: groups.flatMap(({ members }) => members) };
}

function distances(groups: readonly Group[]): number[][] {
  const directions = groups.map(({ sum }) => unit(sum));
  return directions.map((a) => directions.map((b) => 1 - dot(a, b)));
}

/** The tree of one block, cut: indices of the groups of each part. */
function partsOf(groups: readonly Group[], count: number): number[][] {
  const parts = new Map<number, number[]>();
  cut(mergesOf(groups), groups.length, groups.length - count).forEach((part, i) =>
    parts.set(part, [...(parts.get(part) ?? []), i]),
  );
  return [...parts.values()];
}

function mergesOf(groups: readonly Group[]): VoiceTree['merges'] {
  if (groups.length < 2) return [];
  const root = agnes(distances(groups), { method: 'average', isDistanceMatrix: true });
  const nodes: (typeof root)[] = [];
  root.traverse((node) => {
    if (!node.isLeaf) nodes.push(node);
  });
  // Average linkage never comes closer on the way up; a parent of the same height is larger than its child.
  nodes.sort((a, b) => a.height - b.height || a.size - b.size);
  const numbers = new Map(nodes.map((node, i) => [node, groups.length + i]));
  const numberOf = (node: typeof root) => (node.isLeaf ? node.index : numbers.get(node)!);
  return nodes.map(({ children, height }) => ({
    left: numberOf(children[0]!),
    right: numberOf(children[1]!),
    distance: height,
  }));
}

/** Applies the first `count` merges. For each leaf the part it is in, numbered by its first leaf. */
export function cut(merges: VoiceTree['merges'], leaves: number, count: number): number[] {
  const above = Array.from({ length: leaves + merges.length }, (_, node) => node);
  merges.slice(0, count).forEach(({ left, right }, i) => {
    above[left] = leaves + i;
    above[right] = leaves + i;
  });
  const top = (node: number): number => {
    while (above[node] !== node) node = above[node]!;
    return node;
  };
  const numbers = new Map<number, number>();
  return Array.from({ length: leaves }, (_, leaf) => {
    const root = top(leaf);
    if (!numbers.has(root)) numbers.set(root, numbers.size);
    return numbers.get(root)!;
  });
}
