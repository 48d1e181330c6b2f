/** A graph of our own as a model. In: the graph. Out: a ModelProto. */
import { type Graph, writeGraph } from './onnx-model';
import { Message } from './protobuf';

/** Operator set 18, the first whose reductions take their axes as an input; 1 of ONNX Runtime's own. */
export function writeNewModel(graph: Graph): Message {
  const operatorSet = (domain: string, version: number) =>
    new Message().string(1, domain).integer(2, version);
  return new Message()
    .integer(1, 8)
    .string(2, 'longhand')
    .message(7, writeGraph(graph))
    .message(8, operatorSet('', 18))
    .message(8, operatorSet('com.microsoft', 1));
}
