/** From a source to its audio track, whatever the file's name says. Fails with the reason a reader can act on. */
import { isLonghandError, LonghandError } from '../lib/errors';
import { openAiff } from './aiff';
import { openContainer } from './container';
import { openFlac } from './flac-stream';
import { openFrameStream } from './frame-stream';
import type { AudioTrack } from './packet';
import { readFailure } from './read-failure';
import { sniffFormat } from './sniff-format';
import { sourceName, type Source } from './source';
import { openWave } from './wave';

/** Throws `media/...`. */
export async function openTrack(source: Source): Promise<AudioTrack> {
  const { file } = source;
  const name = sourceName(source);
  if (file.size === 0) throw new LonghandError('media/empty-file', { name });
  try {
    return (await findTrack(file)) ?? (await refuse(file));
  } catch (error) {
    if (isLonghandError(error, 'media/no-audio-track')) await refuseKnownFormat(file);
    throw readFailure(error, name) ?? error;
  }
}

async function findTrack(file: File): Promise<AudioTrack | null> {
  return (
    (await openWave(file)) ??
    (await openAiff(file)) ??
    (await openFlac(file, { marked: true })) ??
    (await openContainer(file)) ??
    (await openFrameStream(file)) ??
    (await openFlac(file, { marked: false }))
  );
}

async function refuse(file: File): Promise<never> {
  await refuseKnownFormat(file);
  throw new LonghandError('media/unknown-format', { name: file.name, sizeBytes: file.size });
}

async function refuseKnownFormat(file: File): Promise<void> {
  const codec = await sniffFormat(file);
  if (codec) throw new LonghandError('media/unsupported-codec', { name: file.name, codec });
}
