/**
 * One audio track of a file that mediabunny has opened. In: the opened file, and which track is wanted. Out: the track,
 * with its times on the recording's own clock. Closing it closes the file.
 */
import {
  EncodedPacketSink,
  HlsInputFormat,
  MatroskaInputFormat,
  MpegTsInputFormat,
  OGG,
  type EncodedPacket,
  type Input,
  type InputAudioTrack,
  type InputFormat,
} from 'mediabunny';
import { isLonghandError, LonghandError } from '../lib/errors';
import type { ByteSource } from './bytes/byte-source';
import { isCutMatroska } from './matroska-length';
import { oggSeconds } from './ogg-length';
import type { AudioTrack, PacketReader } from './packet';
import { canDecodePcm } from './pcm';
import { readFailure } from './read-failure';
import { chooseTrack, languageCode, type TrackChoice, type TrackInfo } from './track-choice';

/** What AAC encoders put first. A container that knows of it gives these samples negative times. */
const AAC_PRIMING_SAMPLES = 1024;

/** Times of a recording cut from a running stream start anywhere; beyond this they are taken from its first packet. */
const LONGEST_LEAD_IN_SECONDS = 60;

export interface OpenInput {
  bytes: ByteSource;
  input: Input;
  format: InputFormat;
}

/**
 * Throws `media/no-audio-track`, `media/unsupported-codec`, `media/no-such-track`, `media/damaged`, and what reading
 * throws; the file is closed then.
 */
export async function openBunnyTrack(opened: OpenInput, choice: TrackChoice): Promise<AudioTrack> {
  const { name } = opened.bytes;
  try {
    return await findTrack(opened, choice);
  } catch (error) {
    opened.input.dispose();
    if (isLonghandError(error) || readFailure(error, name)) throw error;
    throw new LonghandError('media/damaged', { name, detail: String(error) }, { cause: error });
  }
}

async function findTrack(opened: OpenInput, choice: TrackChoice): Promise<AudioTrack> {
  const { input } = opened;
  const { name } = opened.bytes;
  const found = await input.getAudioTracks();
  if (found.length === 0) {
    const videoTracks = await input.getVideoTracks();
    throw new LonghandError('media/no-audio-track', { name, videoTracks: videoTracks.length });
  }
  const tracks = await Promise.all(found.map(describe));
  const index = chooseTrack(name, tracks, choice);
  const track = await openTrack(opened, found[index]!, tracks[index]!.codec);
  return { ...track, tracks, index };
}

async function describe(track: InputAudioTrack): Promise<TrackInfo> {
  const codec = await track.getCodec();
  const config = codec && (await track.getDecoderConfig());
  const playable = codec !== null && config !== null && (canDecodePcm(codec) || (await track.canDecode()));
  const disposition = await track.getDisposition();
  return {
    codec: codec ?? codecName(await track.getInternalCodecId()),
    language: languageCode(await track.getLanguageCode()),
    title: await track.getName(),
    channels: config ? config.numberOfChannels : null,
    isDefault: disposition.default,
    playable,
  };
}

function codecName(id: string | number | Uint8Array | null): string {
  if (typeof id === 'string') return id.trim();
  return typeof id === 'number' ? `0x${id.toString(16)}` : 'unknown';
}

async function openTrack(
  { bytes, input, format }: OpenInput,
  track: InputAudioTrack,
  codec: string,
): Promise<AudioTrack> {
  const decoderConfig = (await track.getDecoderConfig())!;
  const runsOnItsOwnClock = format instanceof MpegTsInputFormat || format instanceof HlsInputFormat;
  const firstSeconds = await input.getFirstTimestamp();
  const originSeconds = runsOnItsOwnClock || firstSeconds > LONGEST_LEAD_IN_SECONDS ? firstSeconds : 0;
  // Ogg has no header field for it, but its last page tells, and is found without reading the rest.
  const endSeconds =
    format === OGG
      ? await oggDuration(bytes, input, track, decoderConfig)
      : await track.getDurationFromMetadata({ skipLiveWait: true });
  const primed = codec === 'aac' && (await track.getFirstTimestamp()) >= originSeconds;
  const primingSamples = primed ? AAC_PRIMING_SAMPLES : 0;
  const sink = new EncodedPacketSink(track);
  return {
    format: `${format.name.toLowerCase().replace(' file format', '')}, ${codec}`,
    codec,
    decoderConfig,
    durationSeconds: endSeconds === null ? null : Math.max(0, endSeconds - originSeconds),
    durationIs: await trustDuration(format, bytes),
    primingSamples,
    holesAreDamage: canDecodePcm(codec),
    read: (fromSeconds) =>
      readTrack(sink, originSeconds + primingSamples / decoderConfig.sampleRate, fromSeconds),
    close: () => input.dispose(),
  };
}

/** From disk as the library finds it, over a network with fewer reads. */
async function oggDuration(
  bytes: ByteSource,
  input: Input,
  track: InputAudioTrack,
  config: AudioDecoderConfig,
): Promise<number> {
  const alone =
    bytes.blob === null && Number.isFinite(bytes.sizeBytes) && (await input.getTracks()).length === 1;
  return (alone ? await oggSeconds(bytes, config) : null) ?? track.computeDuration();
}

async function trustDuration(format: InputFormat, bytes: ByteSource): Promise<AudioTrack['durationIs']> {
  if (format === OGG) return 'exact';
  if (format instanceof MpegTsInputFormat || format instanceof HlsInputFormat) return 'guessed';
  if (format instanceof MatroskaInputFormat) return (await isCutMatroska(bytes)) ? 'stored' : 'guessed';
  return 'stored';
}

function readTrack(sink: EncodedPacketSink, originSeconds: number, fromSeconds: number): PacketReader {
  let last: EncodedPacket | null = null;
  let closed = false;
  const first = async () =>
    (fromSeconds > 0 ? await sink.getKeyPacket(fromSeconds + originSeconds) : null) ?? sink.getFirstPacket();
  return {
    async next() {
      if (closed) return null;
      const packet = last ? await sink.getNextPacket(last) : await first();
      if (!packet) return null;
      last = packet;
      return {
        data: packet.data,
        startSeconds: packet.timestamp - originSeconds,
        durationSeconds: packet.duration,
        key: packet.type === 'key',
      };
    },
    close: () => {
      closed = true;
    },
  };
}
