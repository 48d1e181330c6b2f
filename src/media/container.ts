/**
 * Containers, through mediabunny. In: a file. Out: the first audio track that this browser can decode.
 * The file is read piece by piece as packets are asked for, never whole.
 */
import {
  AdtsInputFormat,
  ALL_FORMATS,
  EncodedPacketSink,
  FlacInputFormat,
  HlsInputFormat,
  Input,
  Mp3InputFormat,
  MatroskaInputFormat,
  MpegTsInputFormat,
  OGG,
  UnsupportedInputFormatError,
  WaveInputFormat,
  type EncodedPacket,
  type InputAudioTrack,
  type InputFormat,
} from 'mediabunny';
import { isLonghandError, LonghandError } from '../lib/errors';
import { bunnySource } from './bytes/bunny-source';
import type { ByteSource } from './bytes/byte-source';
import { canDecodePcm } from './pcm';
import { isCutMatroska } from './matroska-length';
import { chainOggLinks } from './ogg-chain';
import type { AudioTrack, PacketReader } from './packet';
import { readFailure } from './read-failure';

/** A playlist names other files, which a single dropped file cannot reach; plain samples and bare frames
 * have their own readers. */
const OTHER_FORMATS = [HlsInputFormat, WaveInputFormat, FlacInputFormat, Mp3InputFormat, AdtsInputFormat];
const FORMATS = ALL_FORMATS.filter((format) => !OTHER_FORMATS.some((other) => format instanceof other));

/** What AAC encoders put first. A container that knows of it gives these samples negative times. */
const AAC_PRIMING_SAMPLES = 1024;

/** Times of a recording cut from a running stream start anywhere; beyond this they are taken from its first packet. */
const LONGEST_LEAD_IN_SECONDS = 60;

/**
 * Null where no container is recognized. Throws `media/no-audio-track`, `media/unsupported-codec`,
 * `media/encrypted`, `media/damaged`.
 */
export async function openContainer(bytes: ByteSource): Promise<AudioTrack | null> {
  const found = await openInput(bytes);
  if (found?.format !== OGG) return found && found.track;
  const openLink = async (link: ByteSource) => (await openInput(link))?.track ?? null;
  return chainOggLinks(bytes, found.track, openLink);
}

async function openInput(bytes: ByteSource): Promise<{ track: AudioTrack; format: InputFormat } | null> {
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
  try {
    const format = await input.getFormat();
    return { track: await chooseTrack({ bytes, input, format }), format };
  } catch (error) {
    input.dispose();
    if (error instanceof UnsupportedInputFormatError) return null;
    if (isLonghandError(error) || readFailure(error, name)) throw error;
    throw new LonghandError('media/damaged', { name, detail: String(error) }, { cause: error });
  }
}

interface OpenInput {
  bytes: ByteSource;
  input: Input;
  format: InputFormat;
}

async function chooseTrack(opened: OpenInput): Promise<AudioTrack> {
  const { input } = opened;
  const { name } = opened.bytes;
  const tracks = await input.getAudioTracks();
  if (tracks.length === 0) {
    const videoTracks = await input.getVideoTracks();
    throw new LonghandError('media/no-audio-track', { name, videoTracks: videoTracks.length });
  }
  const unsupported: string[] = [];
  for (const track of tracks) {
    const codec = await track.getCodec();
    const decoderConfig = await track.getDecoderConfig();
    if (codec && decoderConfig && (canDecodePcm(codec) || (await track.canDecode()))) {
      return describeTrack(opened, track, codec, decoderConfig);
    }
    unsupported.push(codec ?? codecName(await track.getInternalCodecId()));
  }
  throw new LonghandError('media/unsupported-codec', { name, codec: unsupported.join(', ') });
}

function codecName(id: string | number | Uint8Array | null): string {
  if (typeof id === 'string') return id.trim();
  return typeof id === 'number' ? `0x${id.toString(16)}` : 'unknown';
}

async function describeTrack(
  { bytes, input, format }: OpenInput,
  track: InputAudioTrack,
  codec: string,
  decoderConfig: AudioDecoderConfig,
): Promise<AudioTrack> {
  const isTransportStream = format instanceof MpegTsInputFormat;
  const firstSeconds = await input.getFirstTimestamp();
  const originSeconds = isTransportStream || firstSeconds > LONGEST_LEAD_IN_SECONDS ? firstSeconds : 0;
  // Ogg has no header field for it, but its last page tells, and is found without reading the rest.
  const endSeconds =
    format === OGG
      ? await track.computeDuration()
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

async function trustDuration(format: InputFormat, bytes: ByteSource): Promise<AudioTrack['durationIs']> {
  if (format === OGG) return 'exact';
  if (format instanceof MpegTsInputFormat) return 'guessed';
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
