/**
 * From a source to its bytes: the one place that knows what kinds of sources there are. Who opens closes.
 * Throws `fetch/...` for addresses.
 */
import { LonghandError } from '../../lib/errors';
import { sourceName, type FileSource, type Source } from '../source';
import { fileBytes, type ByteSource } from './byte-source';
import { Remote, type RemoteOptions } from './remote';
import { openRemoteFile } from './remote-file';

export async function openBytes(source: Source, options: RemoteOptions): Promise<ByteSource> {
  if (source.kind === 'file') return openFile(source);
  const remote = new Remote(options);
  try {
    const bytes = await openRemoteFile(source.url, remote, { main: true });
    const { close } = bytes;
    bytes.close = () => {
      close.call(bytes);
      remote.close();
    };
    return bytes;
  } catch (error) {
    remote.close();
    throw error;
  }
}

/** A dropped playlist finds its segments among what was dropped with it, by name. */
function openFile(source: FileSource): ByteSource {
  const { file, siblings = [] } = source;
  const bytes = fileBytes(file, file.name);
  bytes.sibling = (path) => {
    const name = decodeURIComponent(path.split(/[?#]/)[0]!.split('/').at(-1)!);
    const found = siblings.find((each) => each.name === name);
    return found
      ? Promise.resolve(openFile({ kind: 'file', file: found, siblings }))
      : Promise.reject(new LonghandError('media/files-missing', { name: sourceName(source), missing: name }));
  };
  return bytes;
}
