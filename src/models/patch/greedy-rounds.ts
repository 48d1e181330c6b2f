/**
 * Every token after the first, as two loops one inside the other. In: each row's first token, the caches. Out: tokens and
 * log probabilities of all rows.
 * The inner loop takes steps; it ends when a quarter of its rows have ended, and the outer one goes on without them: a
 * row that has ended stops costing. Both are one graph, so that the body, and ORT's packed copy of its weights, is there
 * once. Rows are let go a quarter at a time because that copies the caches of those that go on. Eight windows of 8 s of the
 * embedded model that said 14 to 100 tokens, 56 in the mean, took 324 ms instead of 461 (2026-11-25, two threads).
 */
import { DecoderGraph, RULED_OUT } from './decoder-pass';
import type { DecoderWeights } from './decoder-weights';
import { GraphBuilder } from './graph-builder';
import { chooseToken, type Vocabulary } from './logit-rules';
import {
  describeRows,
  describeStepping,
  freshRows,
  mapRows,
  matrix,
  type RowsInProgress,
  vector,
} from './loop-rows';
import { describeTensor, ElementType, type Graph, type ValueDescription } from './onnx-model';
import { Message, readFields } from './protobuf';

const { float32, int64, bool } = ElementType;

/** What stays the same from the first step to the last. */
export interface LoopSetting {
  /** Without `pastVocabulary`, whose rows become fewer. */
  readonly vocabulary: Vocabulary;
  /** int64 `[1]` */
  readonly promptLength: string;
  /** int64 `[1]`: most tokens of a row, the first one among them. */
  readonly maxTokens: string;
  /** float32 `[vocabulary]`, added to the logits. */
  readonly suppressed: string;
}

/**
 * `first`: what the prompt came to. Gives int64 tokens and float32 log probabilities, each `[steps, rows]`, the first
 * step among them.
 */
export function decodeRounds(
  outer: GraphBuilder,
  weights: DecoderWeights,
  setting: LoopSetting,
  first: RowsInProgress & { logProbability: string },
): { tokens: string; logProbabilities: string } {
  const round = new GraphBuilder('greedy/round', outer);
  // ORT packs a weight only for products in its own graph and in the next one inside.
  const decoder = new DecoderGraph(round, weights, 'copied');
  const iteration = round.fresh('iteration');
  const condition = round.fresh('condition');
  const done = round.fresh('done');
  const rows = round.fresh('rows');
  const said = { tokens: round.fresh('tokens'), logProbabilities: round.fresh('log_probabilities') };
  const before = freshRows(round, first);

  const stepsLeft = round.node('Sub', [lastStep(round, setting), done]);
  const taken = takeSteps(round, decoder, setting, before, { done, stepsLeft });
  const doneAfter = round.node('Add', [done, taken.steps]);
  const spread = (values: string, fill: string) => spreadRows(round, values, taken.steps, rows, fill);
  const append = (earlier: string, now: string) => round.node('Concat', [earlier, now], { axis: 0 });
  const batch = round.node('Shape', [said.tokens], { start: 1, end: 2 });
  const saidAfter = {
    tokens: append(
      said.tokens,
      spread(taken.tokens, round.node('Expand', [setting.vocabulary.endOfText, batch])),
    ),
    logProbabilities: append(
      said.logProbabilities,
      spread(taken.logProbabilities, round.node('Expand', [round.float32([0]), batch])),
    ),
  };
  const stepsRemain = round.node('Less', [doneAfter, lastStep(round, setting)]);
  // After the last step nobody goes on: the caches of rows that were cut off are not copied once more.
  const going = indicesOf(
    round,
    round.node('And', [round.node('Not', [taken.rows.state.ended]), stepsRemain]),
  );
  const keep = (value: string) => round.node('Gather', [value, going], { axis: 0 });
  const goesOn = round.node('Squeeze', [
    round.node('Greater', [round.node('Shape', [going]), round.int64([0])]),
  ]);

  const body = loopBody(round, 'round', {
    iteration,
    condition,
    carriedIn: [
      vector(done),
      vector(rows),
      matrix(said.tokens, int64),
      matrix(said.logProbabilities, float32),
    ].concat(describeRows(before)),
    goesOn,
    out: [
      vector(doneAfter),
      vector(keep(rows)),
      matrix(saidAfter.tokens, int64),
      matrix(saidAfter.logProbabilities, float32),
      ...describeRows(mapRows(taken.rows, keep)),
    ],
  });

  const flat = (value: string) => outer.node('Transpose', [value], { perm: [1, 0] });
  const zero = outer.int64([0]);
  const count = outer.node('Squeeze', [outer.node('Shape', [first.token], { start: 0, end: 1 })]);
  const initial = [
    outer.node('Identity', [zero]),
    outer.node('Range', [outer.int64(0), count, outer.int64(1)]),
    flat(first.token),
    flat(first.logProbability),
    ...describeRows(first).map(({ name }) => name),
  ];
  const finals = initial.map(() => outer.fresh('final'));
  const anyRow = indicesOf(outer, outer.node('Not', [first.state.ended]));
  const begins = outer.node('And', [
    outer.node('Greater', [outer.node('Shape', [anyRow]), zero]),
    outer.node('Less', [zero, lastStep(outer, setting)]),
  ]);
  outer.nodeWithOutputs('Loop', ['', outer.node('Squeeze', [begins]), ...initial], finals, {
    body: { graph: body },
  });
  return { tokens: finals[2]!, logProbabilities: finals[3]! };
}

interface TakenSteps {
  /** As they stand after the last step; those that have ended are still among them. */
  rows: RowsInProgress;
  /** int64 and float32 `[steps, rows, 1]` */
  tokens: string;
  logProbabilities: string;
  /** int64 `[1]` */
  steps: string;
}

/** The inner loop: one token of every row per iteration, until a quarter of the rows have ended. At least one step. */
function takeSteps(
  round: GraphBuilder,
  decoder: DecoderGraph,
  { vocabulary, promptLength, suppressed }: LoopSetting,
  rows: RowsInProgress,
  { done, stepsLeft }: { done: string; stepsLeft: string },
): TakenSteps {
  const count = round.node('Shape', [rows.token], { start: 0, end: 1 });
  const pastVocabulary = round.node('Expand', [
    round.float32(RULED_OUT),
    round.node('Concat', [count, round.int64([1])], { axis: 0 }),
  ]);
  const threeTimesCount = round.node('Mul', [count, round.int64([3])]);
  const firstPosition = round.node('Add', [promptLength, done]);

  const step = new GraphBuilder('greedy/step', round);
  const iteration = step.fresh('iteration');
  const condition = step.fresh('condition');
  const before = freshRows(step, rows);
  const position = step.node('Add', [firstPosition, iteration]);
  const { hidden, present } = decoder.pass(step, {
    tokens: before.token,
    positionEmbeddings: decoder.positionEmbeddings(step, position),
    past: before.cache,
    cross: rows.cross,
    crossMask: rows.crossMask,
    causalMask: null,
  });
  const logits = step.node('Squeeze', [decoder.logits(step, hidden, suppressed), step.int64([1])]);
  const next = chooseToken(step, logits, { ...vocabulary, pastVocabulary }, before.state);
  const going = step.node('Cast', [step.node('Not', [next.state.ended])], { to: int64 });
  const fourTimesGoing = step.node('Mul', [
    step.node('ReduceSum', [going], { keepdims: 0 }),
    step.int64([4]),
  ]);
  const body = loopBody(step, 'step', {
    iteration,
    condition,
    carriedIn: describeStepping(before),
    goesOn: step.node('Squeeze', [step.node('Greater', [fourTimesGoing, threeTimesCount])]),
    out: [
      ...describeStepping({ ...before, token: next.token, state: next.state, cache: present }),
      matrix(step.node('Identity', [next.token]), int64),
      matrix(next.logProbability, float32),
    ],
  });

  const initial = describeStepping(rows).map(({ name }) => name);
  const after = freshRows(round, rows);
  const tokens = round.fresh('tokens');
  const logProbabilities = round.fresh('log_probabilities');
  const begins = round.node('Squeeze', [round.node('Equal', [done, done])]);
  round.nodeWithOutputs(
    'Loop',
    [round.node('Squeeze', [stepsLeft]), begins, ...initial],
    [...describeStepping(after).map(({ name }) => name), tokens, logProbabilities],
    { body: { graph: body } },
  );
  return {
    rows: { ...after, cross: rows.cross, crossMask: rows.crossMask },
    tokens,
    logProbabilities,
    steps: round.node('Shape', [tokens], { start: 0, end: 1 }),
  };
}

/** int64 `[1]`: steps after the first one. */
const lastStep = (b: GraphBuilder, { maxTokens }: LoopSetting): string =>
  b.node('Sub', [maxTokens, b.int64([1])]);

/** int64 vector: where `flags` (bool `[n, 1]`) hold. */
function indicesOf(b: GraphBuilder, flags: string): string {
  const places = b.node('NonZero', [b.node('Reshape', [flags, b.int64([-1])])]);
  return b.node('Squeeze', [places, b.int64([0])]);
}

/** `[steps, rows, 1]` of the rows in `rows` to `[steps, all rows]`; the others get `fill`, a vector over all rows. */
function spreadRows(b: GraphBuilder, values: string, steps: string, rows: string, fill: string): string {
  const wide = (vector: string) =>
    b.node('Expand', [vector, b.node('Concat', [steps, b.node('Shape', [vector])], { axis: 0 })]);
  const columns = b.node('Squeeze', [values, b.int64([2])]);
  return b.node('ScatterElements', [wide(fill), wide(rows), columns], { axis: 1 });
}

interface LoopBody {
  iteration: string;
  condition: string;
  carriedIn: ValueDescription[];
  /** bool scalar */
  goesOn: string;
  /** What is carried on, then what is collected. */
  out: ValueDescription[];
}

function loopBody(
  b: GraphBuilder,
  name: string,
  { iteration, condition, carriedIn, goesOn, out }: LoopBody,
): Graph {
  return {
    nodes: b.nodes,
    initializers: [],
    inputs: [describeTensor(iteration, int64, []), describeTensor(condition, bool, []), ...carriedIn],
    outputs: [describeTensor(goesOn, bool, []), ...out],
    valueDescriptions: [],
    others: readFields(new Message().string(2, name).join()),
  };
}
