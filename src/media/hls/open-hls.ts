/**
 * HLS: a film in pieces, named by playlists. In: a playlist's bytes, which know how to open what it names. Out: its
 * sound as one track. Segments, their keys (AES-128) and their clocks are mediabunny's work; what is asked for is ours.
 */
import { CustomPathedSource, CustomSource, HLS, HLS_FORMATS, Input, type Source } from 'mediabunny';
import { LonghandError, toLonghandError } from '../../lib/errors';
import { openBunnyTrack } from '../bunny-track';
import { bunnySource } from '../bytes/bunny-source';
import { fileBytes, type ByteSource } from '../bytes/byte-source';
import type { AudioTrack } from '../packet';
import type { TrackChoice } from '../track-choice';
import { chooseSound } from './choose-audio';
import { isPlaylist, parseMasterPlaylist } from './master-playlist';

/** A day in segments of one second has 4 MB. */
const LONGEST_PLAYLIST_BYTES = 16 * 1024 * 1024;

/** Null where it is no playlist. Throws `media/live`, `media/files-missing`, and what opening a track throws. */
export async function openHls(bytes: ByteSource, choice: TrackChoice): Promise<AudioTrack | null> {
  const mark = new TextDecoder().decode(await bytes.read(0, 10));
  if (!isPlaylist(mark) || !bytes.sibling) return null;
  const text = await readText(bytes);
  const master = parseMasterPlaylist(text);
  if (!master) return openMedia(bytes, text, choice);
  const { path, tracks, index } = chooseSound(bytes.name, master, choice);
  const media = await bytes.sibling(path);
  try {
    // The rendition is the choice; a variant with several tracks of its own is beyond the standard.
    const track = await openMedia(media, await readText(media), null);
    return { ...track, tracks, index, close: () => (track.close(), media.close()) };
  } catch (error) {
    media.close();
    throw error;
  }
}

async function openMedia(media: ByteSource, text: string, choice: TrackChoice): Promise<AudioTrack> {
  const { name } = media;
  if (!isPlaylist(text))
    throw new LonghandError('media/damaged', { name, detail: 'the playlist names something that is none' });
  if (!/^#EXT-X-ENDLIST/m.test(text)) throw new LonghandError('media/live', { name });
  const root = media.url ?? name;
  const source = new CustomPathedSource(root, ({ path, isRoot }) =>
    isRoot ? bunnySource(fileBytes(new Blob([text]), name)) : openSegment(media, path),
  );
  const input = new Input({
    formats: HLS_FORMATS,
    source,
    formatOptions: {
      hls: { offsetTimestampsByDateTime: false },
      isobmff: {
        resolveKeyId: () => {
          throw new LonghandError('media/encrypted', { name });
        },
      },
    },
  });
  return openBunnyTrack({ bytes: media, input, format: HLS }, choice);
}

/**
 * A segment or a key. The library leaves a rejection unhandled here, so one that is missing is a source that cannot be
 * read; and it must know the size of an encrypted one before it reads.
 */
async function openSegment(media: ByteSource, path: string): Promise<Source> {
  try {
    const source = bunnySource(await media.sibling!(path), { owned: true });
    await source.getSizeOrNull();
    return source;
  } catch (error) {
    const fail = () => Promise.reject(toLonghandError(error));
    return new CustomSource({ getSize: fail, read: fail });
  }
}

async function readText(bytes: ByteSource): Promise<string> {
  return new TextDecoder().decode(await bytes.read(0, LONGEST_PLAYLIST_BYTES));
}
