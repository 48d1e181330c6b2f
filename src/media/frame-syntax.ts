/**
 * Headers of audio frames that follow each other without a container: MPEG audio (MP3 and its elder layers) and AAC in
 * ADTS. In: the first bytes of what may be a frame. Out: its size and what it holds, or null.
 * Sources: ISO/IEC 11172-3 and 13818-3 (MPEG audio), ISO/IEC 14496-3 annex 1.A (ADTS).
 */

export interface FrameHeader {
  sizeBytes: number;
  samples: number;
  sampleRate: number;
  channels: number;
  /** For WebCodecs. */
  codec: string;
  /** Frames of one stream agree in this. */
  kind: string;
}

/** Bytes that a header needs. */
export const HEADER_BYTES = 7;

/** Reads the header at `at`. */
export type FrameSyntax = (bytes: Uint8Array, at: number) => FrameHeader | null;

/** kbit/s by version (1; 2 and 2.5), layer (1, 2, 3) and index. */
const BITRATES: number[][][] = [
  [
    [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
    [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
    [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  ],
  [
    [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
    [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  ],
];
const MPEG_RATES = [44_100, 48_000, 32_000];
const AAC_RATES = [
  96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350,
];

export const mpegAudio: FrameSyntax = (bytes, at) => {
  const [b0, b1, b2, b3] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
  if (b0 !== 0xff || b1 === undefined || b2 === undefined || b3 === undefined || (b1 & 0xe0) !== 0xe0)
    return null;
  const version = [2.5, null, 2, 1][(b1 >> 3) & 3];
  const layer = [null, 3, 2, 1][(b1 >> 1) & 3];
  const rate = MPEG_RATES[(b2 >> 2) & 3];
  if (!version || !layer || !rate) return null;
  const bitrate = BITRATES[version === 1 ? 0 : 1]![layer - 1]![b2 >> 4];
  if (!bitrate) return null;
  const sampleRate = rate / (version === 1 ? 1 : version * (version === 2 ? 1 : 1.6));
  const samples = layer === 1 ? 384 : layer === 3 && version !== 1 ? 576 : 1152;
  const slotBytes = layer === 1 ? 4 : 1;
  const slots = Math.floor((samples * bitrate * 125) / slotBytes / sampleRate) + ((b2 >> 1) & 1);
  return {
    sizeBytes: slots * slotBytes,
    samples,
    sampleRate,
    channels: b3 >> 6 === 3 ? 1 : 2,
    codec: 'mp3',
    kind: `${version}/${layer}/${sampleRate}`,
  };
};

export const adts: FrameSyntax = (bytes, at) => {
  if (at + HEADER_BYTES > bytes.length || bytes[at] !== 0xff || (bytes[at + 1]! & 0xf6) !== 0xf0) return null;
  const [b2, b3, b4, b5, b6] = bytes.subarray(at + 2, at + HEADER_BYTES);
  const objectType = (b2! >> 6) + 1;
  const sampleRate = AAC_RATES[(b2! >> 2) & 15];
  const channelConfiguration = ((b2! & 1) << 2) | (b3! >> 6);
  const sizeBytes = ((b3! & 3) << 11) | (b4! << 3) | (b5! >> 5);
  if (!sampleRate || sizeBytes <= HEADER_BYTES || channelConfiguration === 0) return null;
  return {
    sizeBytes,
    samples: 1024 * ((b6! & 3) + 1),
    sampleRate,
    channels: channelConfiguration === 7 ? 8 : channelConfiguration,
    codec: `mp4a.40.${objectType}`,
    kind: `${objectType}/${sampleRate}/${channelConfiguration}`,
  };
};
