/** From a source to its audio track, whatever the file's name says. Fails with the reason a reader can act on. */
import { LonghandError } from '../lib/errors';
import { openContainer } from './container';
import { openFrameStream } from './frame-stream';
import type { AudioTrack } from './packet';
import { sniffFormat } from './sniff-format';
import { sourceName, type Source } from './source';

/** Throws `media/...`. */
export async function openTrack(source: Source): Promise<AudioTrack> {
  const { file } = source;
  const name = sourceName(source);
  if (file.size === 0) throw new LonghandError('media/empty-file', { name });
  const track = (await openContainer(file)) ?? (await openFrameStream(file));
  if (track) return track;
  const codec = await sniffFormat(file);
  if (codec) throw new LonghandError('media/unsupported-codec', { name, codec });
  throw new LonghandError('media/unknown-format', { name, sizeBytes: file.size });
}
