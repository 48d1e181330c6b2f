/**
 * The rows of a batch as the loops of `greedy-rounds.ts` carry them from step to step. In: names of values in one graph.
 * Out: fresh names for another graph, and descriptions in the one order that all of them keep.
 */
import type { KeyValue } from './decoder-pass';
import type { GraphBuilder } from './graph-builder';
import type { RowState } from './logit-rules';
import { describeTensor, ElementType, type ValueDescription } from './onnx-model';

const { float32, int64, bool } = ElementType;

/** What rows have said so far, and what the next step needs of them. */
export interface RowsInProgress {
  /** int64 `[rows, 1]`: the last one. */
  readonly token: string;
  readonly state: RowState;
  /** Of self-attention. */
  readonly cache: readonly KeyValue[];
  readonly cross: readonly KeyValue[];
  /** float32 `[rows, 1, 1, encoder positions]` */
  readonly crossMask: string;
}

export function freshRows(b: GraphBuilder, like: RowsInProgress): RowsInProgress {
  return mapRows(like, () => b.fresh('row'));
}

/** The same rows under other names. */
export function mapRows(rows: RowsInProgress, change: (value: string) => string): RowsInProgress {
  const pairs = (caches: readonly KeyValue[]) =>
    caches.map(({ key, value }) => ({ key: change(key), value: change(value) }));
  const { token, state } = rows;
  return {
    token: change(token),
    state: {
      lastWasTimestamp: change(state.lastWasTimestamp),
      penultimateWasTimestamp: change(state.penultimateWasTimestamp),
      latestTimestamp: change(state.latestTimestamp),
      ended: change(state.ended),
    },
    cache: pairs(rows.cache),
    cross: pairs(rows.cross),
    crossMask: change(rows.crossMask),
  };
}

/** What changes with each step, in the order in which both loops carry it. */
export function describeStepping({ token, state, cache }: RowsInProgress): ValueDescription[] {
  return [
    matrix(token, int64),
    matrix(state.lastWasTimestamp, bool),
    matrix(state.penultimateWasTimestamp, bool),
    matrix(state.latestTimestamp, int64),
    matrix(state.ended, bool),
    ...describeCaches(cache),
  ];
}

/** And what changes only when rows are let go. */
export const describeRows = (rows: RowsInProgress): ValueDescription[] => [
  ...describeStepping(rows),
  ...describeCaches(rows.cross),
  describeTensor(rows.crossMask, float32, ['', '', '', '']),
];

const describeCaches = (caches: readonly KeyValue[]): ValueDescription[] =>
  caches
    .flatMap(({ key, value }) => [key, value])
    .map((name) => describeTensor(name, float32, ['', '', '', '']));
/** Sizes are left open: they are others in each round. */
export const matrix = (name: string, elementType: number): ValueDescription =>
  describeTensor(name, elementType, ['', '']);
export const vector = (name: string): ValueDescription => describeTensor(name, int64, ['']);
