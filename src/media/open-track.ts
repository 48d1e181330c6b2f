/** From a source to its audio track, whatever the file's name says. Fails with the reason a reader can act on. */
import { LonghandError } from '../lib/errors';
import { openAiff } from './aiff';
import { openContainer } from './container';
import { openFlac } from './flac-stream';
import { openFrameStream } from './frame-stream';
import type { AudioTrack } from './packet';
import { sniffFormat } from './sniff-format';
import { sourceName, type Source } from './source';
import { openWave } from './wave';

/** Throws `media/...`. */
export async function openTrack(source: Source): Promise<AudioTrack> {
  const { file } = source;
  const name = sourceName(source);
  if (file.size === 0) throw new LonghandError('media/empty-file', { name });
  const track =
    (await openWave(file)) ??
    (await openAiff(file)) ??
    (await openFlac(file, { marked: true })) ??
    (await openContainer(file)) ??
    (await openFrameStream(file)) ??
    (await openFlac(file, { marked: false }));
  if (track) return track;
  const codec = await sniffFormat(file);
  if (codec) throw new LonghandError('media/unsupported-codec', { name, codec });
  throw new LonghandError('media/unknown-format', { name, sizeBytes: file.size });
}
