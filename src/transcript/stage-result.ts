/**
 * What a stage beside recognition made of a recording: captions found before it, speakers after it. Stored apart from
 * the text and from each other, so that a stage that fails costs nothing and can be run again alone.
 */
import type { ErrorCode, ErrorValues } from '../lib/error-codes';

/** `voices`: what was heard; `speakers`: the labels made of it, and changed by hand. */
export type StageName = 'captions' | 'voices' | 'speakers' | 'passages';

export type StageResult<T = unknown> =
  { kind: 'done'; value: T } | { kind: 'failed'; code: ErrorCode; values: ErrorValues[ErrorCode] };
