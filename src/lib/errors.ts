/**
 * The one error class. In: a literal code and its numbers. Out: an Error that can be told apart by `code`,
 * carries what a message needs, and survives the trip between threads (see `protocol/wire.ts`).
 */
import type { ErrorCode, ErrorValues } from './error-codes';

export interface ErrorOptions {
  /** True where the same call may succeed later without the user changing anything. */
  retryable?: boolean;
  cause?: unknown;
}

export class LonghandError<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'LonghandError';
  readonly code: C;
  readonly values: ErrorValues[C];
  readonly retryable: boolean;

  constructor(code: C, values: ErrorValues[C], options: ErrorOptions = {}) {
    super(`${code} ${JSON.stringify(values)}`, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.values = values;
    this.retryable = options.retryable ?? false;
  }
}

export function isLonghandError<C extends ErrorCode>(error: unknown, code?: C): error is LonghandError<C> {
  return error instanceof LonghandError && (code === undefined || error.code === code);
}

/** Anything thrown becomes a LonghandError; an unknown one keeps its text and the original as `cause`. */
export function toLonghandError(error: unknown): LonghandError {
  if (isLonghandError(error)) return error;
  const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new LonghandError('internal/unexpected', { detail }, { cause: error });
}
