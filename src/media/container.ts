/**
 * Containers, through mediabunny. In: a file. Out: the first audio track that this browser can decode.
 * The file is read piece by piece as packets are asked for, never whole.
 */
import {
  AdtsInputFormat,
  ALL_FORMATS,
  BlobSource,
  EncodedPacketSink,
  HlsInputFormat,
  Input,
  Mp3InputFormat,
  MpegTsInputFormat,
  UnsupportedInputFormatError,
  type EncodedPacket,
  type InputAudioTrack,
  type InputFormat,
} from 'mediabunny';
import { isLonghandError, LonghandError } from '../lib/errors';
import { canDecodePcm } from './pcm';
import type { AudioTrack, PacketReader } from './packet';

/** A playlist names other files, which a single dropped file cannot reach; bare frames have their own reader. */
const OTHER_FORMATS = [HlsInputFormat, Mp3InputFormat, AdtsInputFormat];
const FORMATS = ALL_FORMATS.filter((format) => !OTHER_FORMATS.some((other) => format instanceof other));

/** What AAC encoders put first. A container that knows of it gives these samples negative times. */
const AAC_PRIMING_SAMPLES = 1024;

/** Times of a recording cut from a running stream start anywhere; beyond this they are taken from its first packet. */
const LONGEST_LEAD_IN_SECONDS = 60;

/**
 * Null where no container is recognized. Throws `media/no-audio-track`, `media/unsupported-codec`,
 * `media/encrypted`, `media/damaged`.
 */
export async function openContainer(file: File): Promise<AudioTrack | null> {
  const input = new Input({
    formats: FORMATS,
    source: new BlobSource(file, { handleUnhandledError: () => undefined }),
    formatOptions: {
      isobmff: {
        resolveKeyId: () => {
          throw new LonghandError('media/encrypted', { name: file.name });
        },
      },
    },
  });
  try {
    const track = await openTrack(input, file.name);
    if (!track) input.dispose();
    return track;
  } catch (error) {
    input.dispose();
    if (isLonghandError(error)) throw error;
    throw new LonghandError('media/damaged', { name: file.name, detail: String(error) }, { cause: error });
  }
}

async function openTrack(input: Input, name: string): Promise<AudioTrack | null> {
  let format: InputFormat;
  try {
    format = await input.getFormat();
  } catch (error) {
    if (error instanceof UnsupportedInputFormatError) return null;
    throw error;
  }
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
      const formatName = format.name.toLowerCase().replace(' file format', '');
      return describeTrack(input, format, track, codec, decoderConfig, `${formatName}, ${codec}`);
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
  input: Input,
  format: InputFormat,
  track: InputAudioTrack,
  codec: string,
  decoderConfig: AudioDecoderConfig,
  formatName: string,
): Promise<AudioTrack> {
  const isTransportStream = format instanceof MpegTsInputFormat;
  const firstSeconds = await input.getFirstTimestamp();
  const originSeconds = isTransportStream || firstSeconds > LONGEST_LEAD_IN_SECONDS ? firstSeconds : 0;
  const endSeconds = await track.getDurationFromMetadata({ skipLiveWait: true });
  const primed = codec === 'aac' && (await track.getFirstTimestamp()) >= originSeconds;
  const primingSamples = primed ? AAC_PRIMING_SAMPLES : 0;
  const sink = new EncodedPacketSink(track);
  return {
    format: formatName,
    codec,
    decoderConfig,
    durationSeconds: endSeconds === null ? null : Math.max(0, endSeconds - originSeconds),
    durationIs: isTransportStream ? 'guessed' : 'stored',
    primingSamples,
    holesAreDamage: false,
    read: (fromSeconds) =>
      readTrack(sink, originSeconds + primingSamples / decoderConfig.sampleRate, fromSeconds),
    close: () => input.dispose(),
  };
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
