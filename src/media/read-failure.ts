/** What a browser throws when a file has gone or may not be read any more, as our own error. */
import { LonghandError } from '../lib/errors';

/** Null where the error is something else. */
export function readFailure(error: unknown, name: string): LonghandError | null {
  if (!(error instanceof DOMException)) return null;
  if (error.name === 'NotFoundError') return new LonghandError('media/not-found', { name }, { cause: error });
  if (error.name !== 'NotReadableError' && error.name !== 'SecurityError') return null;
  return new LonghandError('media/unreadable', { name, detail: error.message }, { cause: error });
}
