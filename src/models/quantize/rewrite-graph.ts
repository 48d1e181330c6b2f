/**
 * A graph that computes with quantized weights. In: the graph and what stands for each weight. Out: the same graph with
 * other nodes in front of, or in place of, those that read the weights; the branches of an If included.
 */
import { type Attribute, createNode, GraphBuilder } from '../patch/graph-builder';
import { ElementType, type Graph, type GraphNode, subgraph } from '../patch/onnx-model';
import type { QuantizedWeight } from './weight-form';
import { BLOCK_SIZE } from './whole-numbers';
import { BRANCHES } from './weight-uses';

/** Changes `graph`; the initializers of the weights are left to whoever writes the model. */
export function rewriteGraph(graph: Graph, weights: ReadonlyMap<string, QuantizedWeight>): void {
  const builder = new GraphBuilder('quantized');
  for (const { place, kind, heads } of weights.values()) {
    if (kind !== 'scaled') continue;
    const [integers, scales] = heads;
    // Under the weight's own name, so that whatever reads it stays as it is. ORT computes it once, at load.
    const unpacked = builder.node('Cast', [integers.name], { to: ElementType.float32 });
    builder.nodeWithOutputs('Mul', [unpacked, scales.name], [place.name]);
  }
  rewriteNodes(graph, weights, builder);
}

function rewriteNodes(
  graph: Graph,
  weights: ReadonlyMap<string, QuantizedWeight>,
  builder: GraphBuilder,
): void {
  /** One quantization per activation, though query, key and value products all read it. */
  const activations = new Map<string, Activation>();
  for (const node of graph.nodes) {
    const weight = weights.get(node.inputs[node.operator === 'Gather' ? 0 : 1] ?? '');
    if (node.operator === 'If') builder.nodes.push(rewriteBranches(node, weights, builder));
    else if (weight?.kind === 'dynamic-product') multiplyIntegers(builder, node, weight, activations);
    else if (weight?.kind === 'block-product') multiplyBlocks(builder, node, weight);
    else if (weight?.kind === 'table') lookUp(builder, node, weight);
    else builder.nodes.push(node);
  }
  graph.nodes = builder.nodes;
}

function rewriteBranches(
  node: GraphNode,
  weights: ReadonlyMap<string, QuantizedWeight>,
  outer: GraphBuilder,
): GraphNode {
  const branches: Record<string, Attribute> = {};
  for (const branch of BRANCHES) {
    const graph = subgraph(node, branch);
    if (!graph) return node;
    rewriteNodes(graph, weights, new GraphBuilder('quantized', outer));
    branches[branch] = { graph };
  }
  return createNode('If', node.inputs, node.outputs, branches);
}

interface Activation {
  integers: string;
  scale: string;
  zeroPoint: string;
}

/** The nodes of quantize_dynamic, with a scale per column of the weight: the product's scale is one per column too. */
function multiplyIntegers(
  builder: GraphBuilder,
  { inputs, outputs }: GraphNode,
  { heads: [integers, scales] }: QuantizedWeight,
  activations: Map<string, Activation>,
): void {
  const input = inputs[0]!;
  let activation = activations.get(input);
  if (!activation) {
    activation = {
      integers: builder.fresh('activation'),
      scale: builder.fresh('scale'),
      zeroPoint: builder.fresh('zero'),
    };
    const { integers, scale, zeroPoint } = activation;
    builder.nodeWithOutputs('DynamicQuantizeLinear', [input], [integers, scale, zeroPoint]);
    activations.set(input, activation);
  }
  const product = builder.node('MatMulInteger', [activation.integers, integers.name, activation.zeroPoint]);
  const float = builder.node('Cast', [product], { to: ElementType.float32 });
  const scale = builder.node('Mul', [activation.scale, scales.name]);
  builder.nodeWithOutputs('Mul', [float, scale], outputs);
}

function multiplyBlocks(
  builder: GraphBuilder,
  { inputs, outputs }: GraphNode,
  { place, heads: [integers, scales] }: QuantizedWeight,
): void {
  const [rows = 0, columns = 0] = place.shape;
  builder.nodeWithOutputs('com.microsoft:MatMulNBits', [inputs[0]!, integers.name, scales.name], outputs, {
    K: rows,
    N: columns,
    bits: 4,
    block_size: BLOCK_SIZE,
  });
}

function lookUp(
  builder: GraphBuilder,
  { inputs, outputs }: GraphNode,
  { heads: [integers, scales] }: QuantizedWeight,
): void {
  const indices = inputs[1]!;
  const rows = builder.node('Cast', [builder.node('Gather', [integers.name, indices])], {
    to: ElementType.float32,
  });
  builder.nodeWithOutputs('Mul', [rows, builder.node('Gather', [scales.name, indices])], outputs);
}
