/**
 * FLAC files. In: a file. Out: its track. Frames say where they belong, so after damage the rest keeps its time.
 * Our own reader rather than the library's, which stops at the first frame it cannot follow and keeps a list of all.
 * Source: RFC 9639.
 */
import type { ByteSource } from './bytes/byte-source';
import { ByteWindow } from './bytes/byte-window';
import { FLAC_HEADER_BYTES, parseFlacHeader, type FlacFrameHeader } from './flac-frame';
import type { AudioTrack, Packet, PacketReader } from './packet';
import { skipTags } from './tags';

const STREAM_INFO_BYTES = 34;
/** Without the `fLaC` mark the first frame is searched this far. */
const LONGEST_JUNK_BYTES = 64 * 1024;
/** A frame of 4096 samples in stereo seldom takes more; longer ones are searched on. */
const LIKELY_FRAME_BYTES = 32 * 1024;
const LONGEST_FRAME_BYTES = 4 * 1024 * 1024;

interface StreamInfo {
  usualSamples: number;
  sampleRate: number;
  channels: number;
  bits: number;
  totalSamples: number;
}

/** Null where the file is no FLAC stream; `marked` asks for the `fLaC` mark, without it a bare stream of frames will do. */
export async function openFlac(
  file: ByteSource,
  { marked }: { marked: boolean },
): Promise<AudioTrack | null> {
  const window = new ByteWindow(file);
  const head = await readHead(window);
  if (marked !== head.marked) return null;
  const scanner = new FlacScanner(window, head.info);
  const first = await scanner.findFrame(head.framesStart, marked ? Infinity : LONGEST_JUNK_BYTES, 0);
  if (!first || (!marked && !(await scanner.isFollowed(first)))) return null;
  const info = head.info ?? infoOf(first.header);
  const { sampleRate, channels, totalSamples } = info;
  return {
    format: 'flac',
    codec: 'flac',
    decoderConfig: {
      codec: 'flac',
      sampleRate,
      numberOfChannels: channels,
      description: describe(info, first.header),
    },
    durationSeconds: totalSamples > 0 ? totalSamples / sampleRate : null,
    durationIs: 'stored',
    primingSamples: 0,
    holesAreDamage: true,
    read: (fromSeconds) =>
      new FlacReader(new FlacScanner(new ByteWindow(file), info), first.position, {
        info,
        // A piece of a longer stream keeps that stream's numbers.
        originSample: marked ? 0 : first.header.firstSample,
        fromSeconds,
      }),
    close: () => undefined,
  };
}

interface Head {
  marked: boolean;
  /** Null where it is missing or impossible. */
  info: StreamInfo | null;
  framesStart: number;
}

async function readHead(window: ByteWindow): Promise<Head> {
  let position = await skipTags(window, 0);
  const mark = await window.read(position, 4);
  if (String.fromCharCode(...mark) !== 'fLaC') return { marked: false, info: null, framesStart: position };
  position += 4;
  let info: StreamInfo | null = null;
  for (;;) {
    const [kind, size2, size1, size0] = await window.read(position, 4);
    if (size0 === undefined) break;
    const sizeBytes = (size2! << 16) | (size1! << 8) | size0;
    if ((kind! & 0x7f) === 0) info ??= parseStreamInfo(await window.read(position + 4, STREAM_INFO_BYTES));
    position += 4 + sizeBytes;
    if (kind! & 0x80) break;
  }
  return { marked: true, info, framesStart: position };
}

function parseStreamInfo(bytes: Uint8Array): StreamInfo | null {
  if (bytes.length < STREAM_INFO_BYTES) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const packed = view.getUint32(10);
  const sampleRate = packed >>> 12;
  const [least, most] = [view.getUint16(0), view.getUint16(2)];
  if (sampleRate === 0) return null;
  return {
    usualSamples: least === most ? most : 0,
    sampleRate,
    channels: ((packed >>> 9) & 7) + 1,
    bits: ((packed >>> 4) & 31) + 1,
    totalSamples: (packed & 15) * 2 ** 32 + view.getUint32(14),
  };
}

const infoOf = ({ samples, sampleRate, channels, bits, variable }: FlacFrameHeader): StreamInfo => ({
  usualSamples: variable ? 0 : samples,
  sampleRate: sampleRate || 44_100,
  channels,
  bits: bits || 16,
  totalSamples: 0,
});

/** What WebCodecs wants: the mark and a STREAMINFO block, here with what the frames themselves say. */
function describe(info: StreamInfo, header: FlacFrameHeader): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(8 + STREAM_INFO_BYTES);
  bytes.set([0x66, 0x4c, 0x61, 0x43, 0x80, 0, 0, STREAM_INFO_BYTES]);
  const view = new DataView(bytes.buffer, 8);
  view.setUint16(0, info.usualSamples || 16);
  view.setUint16(2, info.usualSamples || 65_535);
  const bits = header.bits || info.bits;
  const rate = header.sampleRate || info.sampleRate;
  view.setUint32(10, (rate << 12) | ((header.channels - 1) << 9) | ((bits - 1) << 4));
  return bytes;
}

interface FoundFrame {
  position: number;
  header: FlacFrameHeader;
}

class FlacScanner {
  constructor(
    readonly window: ByteWindow,
    readonly info: StreamInfo | null,
  ) {}

  /** The first frame that starts at `position` or up to `mostBytes` after it and holds `leastSample` or later ones. */
  async findFrame(position: number, mostBytes: number, leastSample: number): Promise<FoundFrame | null> {
    const end = Math.min(position + mostBytes, this.window.sizeBytes);
    for (let at = position; at < end;) {
      const bytes = await this.window.read(at, LIKELY_FRAME_BYTES);
      if (bytes.length === 0) return null;
      const last = at + bytes.length >= this.window.sizeBytes;
      for (let index = bytes.indexOf(0xff); index >= 0; index = bytes.indexOf(0xff, index + 1)) {
        if (!last && index + FLAC_HEADER_BYTES > bytes.length) break;
        const header = parseFlacHeader(bytes, index, this.info?.usualSamples ?? 0);
        if (header && this.#fits(header, leastSample)) return { position: at + index, header };
      }
      at += Math.max(1, bytes.length - (last ? 0 : FLAC_HEADER_BYTES - 1));
    }
    return null;
  }

  async isFollowed({ position, header }: FoundFrame): Promise<boolean> {
    const next = await this.findFrame(position + 1, LONGEST_FRAME_BYTES, 1);
    return next !== null && next.header.channels === header.channels && next.header.bits === header.bits;
  }

  /** A frame in its place, neither earlier than expected nor beyond the end. */
  #fits({ firstSample }: FlacFrameHeader, leastSample: number): boolean {
    const { totalSamples = 0 } = this.info ?? {};
    const mostSample = totalSamples > leastSample ? totalSamples : Infinity;
    return firstSample >= leastSample && firstSample < mostSample;
  }
}

interface ReadOptions {
  info: StreamInfo;
  /** The recording's first sample. */
  originSample: number;
  fromSeconds: number;
}

class FlacReader implements PacketReader {
  #next: FoundFrame | null = null;
  #position: number;
  #begun = false;
  #closed = false;
  #shape = '';

  constructor(
    readonly scanner: FlacScanner,
    position: number,
    readonly options: ReadOptions,
  ) {
    this.#position = position;
  }

  async next(): Promise<Packet | null> {
    while (!this.#closed) {
      const frame = this.#begun ? this.#next : await this.scanner.findFrame(this.#position, Infinity, 0);
      this.#begun = true;
      if (!frame) return null;
      const { position, header } = frame;
      const { info, originSample, fromSeconds } = this.options;
      const { sampleRate } = info;
      const startSeconds = (header.firstSample - originSample) / sampleRate;
      const durationSeconds = header.samples / sampleRate;
      const endSample = header.firstSample + header.samples;
      this.#next = await this.scanner.findFrame(position + 1, Infinity, endSample);
      if (startSeconds + durationSeconds <= fromSeconds) continue;
      const end = this.#next?.position ?? this.scanner.window.sizeBytes;
      const data = await this.scanner.window.read(position, Math.min(end - position, LONGEST_FRAME_BYTES));
      const packet: Packet = { data, startSeconds, durationSeconds, key: true };
      const shape = `${header.channels}/${header.bits}/${header.sampleRate}`;
      if (shape === this.#shape) return packet;
      this.#shape = shape;
      return { ...packet, decoderConfig: this.#configFor(header) };
    }
    return null;
  }

  close(): void {
    this.#closed = true;
  }

  #configFor(header: FlacFrameHeader): AudioDecoderConfig {
    const { info } = this.options;
    return {
      codec: 'flac',
      sampleRate: header.sampleRate || info.sampleRate,
      numberOfChannels: header.channels,
      description: describe(info, header),
    };
  }
}
