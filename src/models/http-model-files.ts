/**
 * A model folder that lies behind an address: the app's own origin or a mirror. In: paths as on the hub. Out: whole
 * files, or null for one that is not there. A static host that answers every address with its page (200, HTML) counts
 * as "not there" too, or the page would be parsed as a model.
 */
import { LonghandError } from '../lib/errors';
import type { ModelFiles } from '../speech/model-files';

/** `url`: the folder, absolute, or relative to this thread's script origin. */
export function createHttpModelFiles(url: string): ModelFiles {
  const folder = new URL(url.endsWith('/') ? url : `${url}/`, self.location.href);
  const name = decodeURIComponent(folder.pathname.split('/').filter(Boolean).at(-1) ?? folder.host);
  return {
    name,
    async read(path, { signal }) {
      try {
        const response = await fetch(new URL(path, folder), { signal });
        const isPage = response.headers.get('content-type')?.startsWith('text/html') ?? false;
        if (response.status === 404 || (response.ok && isPage)) {
          await response.body?.cancel();
          return null;
        }
        if (!response.ok) throw new Error(`status ${response.status}`);
        return new Uint8Array(await response.arrayBuffer());
      } catch (cause) {
        signal.throwIfAborted();
        throw new LonghandError(
          'speech/model-missing',
          { model: name, file: path },
          { retryable: true, cause },
        );
      }
    },
  };
}
