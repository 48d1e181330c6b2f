/** From bytes to their audio track, whatever the file's name says. Fails with the reason a reader can act on. */
import { isLonghandError, LonghandError } from '../lib/errors';
import { openAiff } from './aiff';
import type { ByteSource } from './bytes/byte-source';
import { parseCaptions } from './captions/caption-file';
import { decodeText } from './captions/text-encoding';
import { openContainer } from './container';
import { openFlac } from './flac-stream';
import { openHls } from './hls/open-hls';
import { openFrameStream } from './frame-stream';
import type { AudioTrack } from './packet';
import { readFailure } from './read-failure';
import { chooseTrack, type TrackChoice, type TrackInfo } from './track-choice';
import { sniffFormat } from './sniff-format';
import { openWave } from './wave';

/** Throws `media/...`, and what reading throws. */
export async function openTrack(bytes: ByteSource, choice: TrackChoice): Promise<AudioTrack> {
  const { name, sizeBytes } = bytes;
  if (sizeBytes === 0) throw new LonghandError('media/empty-file', { name });
  try {
    return (await findTrack(bytes, choice)) ?? (await refuse(bytes));
  } catch (error) {
    if (isLonghandError(error, 'media/no-audio-track')) await refuseKnownFormat(bytes);
    throw readFailure(error, name) ?? error;
  }
}

async function findTrack(bytes: ByteSource, choice: TrackChoice): Promise<AudioTrack | null> {
  const track =
    (await openWave(bytes)) ??
    (await openAiff(bytes)) ??
    (await openFlac(bytes, { marked: true })) ??
    (await openHls(bytes, choice)) ??
    (await openContainer(bytes, choice)) ??
    (await openFrameStream(bytes)) ??
    (await openFlac(bytes, { marked: false }));
  // Formats that hold one track and nothing else were not asked which.
  if (track && !track.tracks) chooseTrack(bytes.name, [infoOf(track)], choice);
  return track;
}

function infoOf({ codec, decoderConfig }: AudioTrack): TrackInfo {
  const { numberOfChannels: channels } = decoderConfig;
  return { codec, language: null, title: null, channels, isDefault: true, playable: true };
}

async function refuse(bytes: ByteSource): Promise<never> {
  await refuseCaptions(bytes);
  await refuseKnownFormat(bytes);
  throw new LonghandError('media/unknown-format', { name: bytes.name, sizeBytes: bytes.sizeBytes });
}

const CAPTION_HEAD_BYTES = 64 * 1024;

async function refuseCaptions(bytes: ByteSource): Promise<void> {
  const head = decodeText(await bytes.read(0, CAPTION_HEAD_BYTES));
  if (parseCaptions(head)?.cues.length) throw new LonghandError('captions/alone', { name: bytes.name });
}

async function refuseKnownFormat(bytes: ByteSource): Promise<void> {
  const codec = await sniffFormat(bytes);
  if (codec) throw new LonghandError('media/unsupported-codec', { name: bytes.name, codec });
}
