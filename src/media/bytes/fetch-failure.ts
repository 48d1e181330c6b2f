/** What a server said, or did not say, as an error that a person can act on. In: a failed request. Out: `fetch/...`. */
import { LonghandError } from '../../lib/errors';
import type { HostFailure } from '../../lib/fetch-range';
import { whyUnreachable } from './why-unreachable';

export interface FailedRequest {
  failure: HostFailure;
  url: string;
  name: string;
  fetchedBytes: number;
  signal: AbortSignal;
}

export async function explainFailure(request: FailedRequest): Promise<LonghandError> {
  const { failure, url, name, fetchedBytes, signal } = request;
  const { host } = new URL(url);
  const { kind, status, answer } = failure;
  const cause = failure;
  switch (kind) {
    case 'not-found':
      return new LonghandError('fetch/not-found', { name, host, status: status ?? 404 }, { cause });
    case 'busy':
      return new LonghandError('fetch/busy', { host, status: status ?? 503 }, { cause, retryable: true });
    case 'broken':
      return new LonghandError('fetch/interrupted', { name, host, fetchedBytes }, { cause, retryable: true });
    case 'changed':
      return new LonghandError('fetch/changed', { name, host }, { cause });
    case 'refused':
      return status !== null && status >= 400
        ? new LonghandError('fetch/forbidden', { name, host, status }, { cause })
        : new LonghandError('fetch/not-media', { name, host, answer }, { cause });
    case 'unreachable': {
      const why = await whyUnreachable(url, signal);
      if (why === 'cross-origin') return new LonghandError('fetch/cross-origin', { host }, { cause });
      if (why === 'policy') return new LonghandError('fetch/policy', { host }, { cause });
      if (fetchedBytes > 0)
        return new LonghandError(
          'fetch/interrupted',
          { name, host, fetchedBytes },
          { cause, retryable: true },
        );
      const offline = why === 'offline';
      return new LonghandError('fetch/unreachable', { host, offline }, { cause, retryable: true });
    }
  }
}
