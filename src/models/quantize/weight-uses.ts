/**
 * What a model does with its weights. In: a graph and the names of large weights. Out: for each, by which kinds of
 * operator it is read, in the graph and the branches inside it. Only weights with one kind of use are quantized for it.
 */
import { type Graph, type GraphNode, subgraph } from '../patch/onnx-model';

/** `product`: right matrix of a MatMul · `table`: looked up by row · `convolution`: kernel of a Conv. */
export type WeightUse = 'product' | 'table' | 'convolution' | 'other';

export const BRANCHES = ['then_branch', 'else_branch'] as const;

export function findWeightUses(
  graph: Graph,
  weights: ReadonlyMap<string, unknown>,
): Map<string, Set<WeightUse>> {
  const uses = new Map<string, Set<WeightUse>>();
  const visit = ({ nodes }: Graph): void => {
    for (const node of nodes) {
      node.inputs.forEach((name, index) => {
        if (!weights.has(name)) return;
        const known = uses.get(name) ?? new Set();
        uses.set(name, known.add(useOf(node, index)));
      });
      for (const branch of BRANCHES) {
        const inner = subgraph(node, branch);
        if (inner) visit(inner);
      }
    }
  };
  visit(graph);
  return uses;
}

function useOf({ operator, attributes }: GraphNode, index: number): WeightUse {
  if (operator === 'MatMul' && index === 1) return 'product';
  if (operator === 'Gather' && index === 0 && !attributes.has('axis')) return 'table';
  if (operator === 'Conv' && index === 1) return 'convolution';
  return 'other';
}
