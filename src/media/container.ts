/**
 * Containers, through mediabunny. In: bytes. Out: the audio track that was chosen, or the first that this browser can
 * decode. The file is read piece by piece as packets are asked for, never whole.
 */
import {
  AdtsInputFormat,
  ALL_FORMATS,
  FlacInputFormat,
  HlsInputFormat,
  Input,
  Mp3InputFormat,
  OGG,
  UnsupportedInputFormatError,
  WaveInputFormat,
  type InputFormat,
} from 'mediabunny';
import { isLonghandError, LonghandError } from '../lib/errors';
import { openBunnyTrack } from './bunny-track';
import { bunnySource } from './bytes/bunny-source';
import type { ByteSource } from './bytes/byte-source';
import { chainOggLinks } from './ogg-chain';
import { isOneStream } from './ogg-length';
import type { AudioTrack } from './packet';
import { readFailure } from './read-failure';
import type { TrackChoice } from './track-choice';

/** Playlists, plain samples and bare frames have their own readers. */
const OTHER_FORMATS = [HlsInputFormat, WaveInputFormat, FlacInputFormat, Mp3InputFormat, AdtsInputFormat];
const FORMATS = ALL_FORMATS.filter((format) => !OTHER_FORMATS.some((other) => format instanceof other));

/** Its index may lie at the end, which in a stream whose size nobody knows comes last. */
const BASE_MEDIA_MARK = 'ftyp';

/**
 * Null where no container is recognized. Throws `media/no-audio-track`, `media/unsupported-codec`,
 * `media/no-such-track`, `media/encrypted`, `media/damaged`.
 */
export async function openContainer(bytes: ByteSource, choice: TrackChoice): Promise<AudioTrack | null> {
  if (!Number.isFinite(bytes.sizeBytes) && (await isBaseMedia(bytes))) await waitForAll(bytes);
  const found = await openInput(bytes, choice);
  if (found?.format !== OGG) return found && found.track;
  // Looking for further links would fetch all of it a second time.
  if (!bytes.blob && Number.isFinite(bytes.sizeBytes) && (await isOneStream(bytes))) return found.track;
  const openLink = async (link: ByteSource) => (await openInput(link, null))?.track ?? null;
  return chainOggLinks(bytes, found.track, openLink);
}

async function openInput(
  bytes: ByteSource,
  choice: TrackChoice,
): Promise<{ track: AudioTrack; format: InputFormat } | null> {
  const { name } = bytes;
  const input = new Input({
    formats: FORMATS,
    source: bunnySource(bytes),
    formatOptions: {
      isobmff: {
        resolveKeyId: () => {
          throw new LonghandError('media/encrypted', { name });
        },
      },
    },
  });
  let format: InputFormat;
  try {
    format = await input.getFormat();
  } catch (error) {
    input.dispose();
    if (error instanceof UnsupportedInputFormatError) return null;
    if (isLonghandError(error) || readFailure(error, name)) throw error;
    throw new LonghandError('media/damaged', { name, detail: String(error) }, { cause: error });
  }
  return { track: await openBunnyTrack({ bytes, input, format }, choice), format };
}

const isBaseMedia = async (bytes: ByteSource): Promise<boolean> =>
  String.fromCharCode(...(await bytes.read(4, 4))) === BASE_MEDIA_MARK;

/** A place that no file reaches: the answer comes when the end is known. */
const waitForAll = (bytes: ByteSource): Promise<unknown> => bytes.read(2 ** 50, 1);
