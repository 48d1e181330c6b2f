/**
 * MP3 and ADTS files: frames one after the other, with tags and sometimes junk around them. In: a file. Out: its
 * track. Times are counted, and bytes that are no frames count for the time their number stands for, so that what
 * follows a damaged place keeps its time.
 * Our own reader rather than the library's, whose list of all frames takes about 100 bytes each (150 MB for 10 h) and
 * which closes the hole that damage leaves.
 */
import type { ByteSource } from './bytes/byte-source';
import { ByteWindow } from './bytes/byte-window';
import { adts, HEADER_BYTES, mpegAudio, type FrameHeader, type FrameSyntax } from './frame-syntax';
import type { AudioTrack, Packet, PacketReader } from './packet';
import { skipTags } from './tags';
import { DECODER_DELAY_SAMPLES, parseXingHeader, type XingHeader } from './xing-header';

/** Frames in a row that are no coincidence; fewer are enough where they reach the end of the file. */
const CERTAIN_FRAMES = 4;
const CERTAIN_FRAMES_AT_END = 2;
/** Junk before the first frame is searched this far. */
const LONGEST_JUNK_BYTES = 256 * 1024;
/** Samples that AAC encoders put first; the file does not say. */
const AAC_PRIMING_SAMPLES = 1024;

/** Null where the file is no such stream. */
export async function openFrameStream(file: ByteSource): Promise<AudioTrack | null> {
  const window = new ByteWindow(file);
  for (const syntax of [mpegAudio, adts]) {
    const scanner = new FrameScanner(window, syntax);
    const tagEnd = await skipTags(window, 0);
    const first = await scanner.findFrame(tagEnd, LONGEST_JUNK_BYTES);
    if (first) return describeStream(file, scanner, first, first.position === tagEnd);
  }
  return null;
}

interface FoundFrame {
  position: number;
  header: FrameHeader;
}

/** `fromStart`: the file begins with this frame, and is not cut out of a longer stream. */
async function describeStream(
  file: ByteSource,
  scanner: FrameScanner,
  first: FoundFrame,
  fromStart: boolean,
): Promise<AudioTrack> {
  const { header, position } = first;
  const { sampleRate, channels } = header;
  const xing =
    header.codec === 'mp3' ? parseXingHeader(await scanner.window.read(position, header.sizeBytes)) : null;
  const firstPosition = xing ? position + header.sizeBytes : position;
  const encoderSamples =
    header.codec === 'mp3' ? DECODER_DELAY_SAMPLES + (xing?.encoderDelay ?? 0) : AAC_PRIMING_SAMPLES;
  const primingSamples = fromStart ? encoderSamples : 0;
  const exactSeconds = xing && xingSeconds(xing, header);
  const bitsPerSecond = (header.sizeBytes * 8 * sampleRate) / header.samples;
  const name = header.codec === 'mp3' ? 'mp3' : 'aac';
  return {
    format: name === 'mp3' ? 'mp3' : 'adts, aac',
    codec: name,
    decoderConfig: { codec: header.codec, sampleRate, numberOfChannels: channels },
    durationSeconds: exactSeconds ?? finite(((file.sizeBytes - firstPosition) * 8) / bitsPerSecond),
    durationIs: exactSeconds === null ? 'guessed' : 'exact',
    primingSamples,
    holesAreDamage: true,
    read: (fromSeconds) =>
      new FrameReader(new FrameScanner(new ByteWindow(file), scanner.syntax), firstPosition, {
        header,
        shiftSeconds: primingSamples / sampleRate,
        fromSeconds,
      }),
    close: () => undefined,
  };
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

function xingSeconds(
  { frames, encoderDelay, encoderPadding }: XingHeader,
  header: FrameHeader,
): number | null {
  if (frames === null) return null;
  const samples = frames * header.samples - (encoderDelay ?? 0) - (encoderPadding ?? 0);
  return Math.max(0, samples) / header.sampleRate;
}

/** Finds frames by their headers; one alone may be a coincidence, so several must follow each other. */
class FrameScanner {
  constructor(
    readonly window: ByteWindow,
    readonly syntax: FrameSyntax,
  ) {}

  /** The header of a whole frame at `position`. */
  async headerAt(position: number): Promise<FrameHeader | null> {
    const read = this.window.read(position, HEADER_BYTES);
    const header = this.syntax(read instanceof Promise ? await read : read, 0);
    return header && position + header.sizeBytes <= this.window.sizeBytes ? header : null;
  }

  /** The first certain frame that starts at most `mostBytes` after `position`. */
  async findFrame(position: number, mostBytes: number): Promise<FoundFrame | null> {
    const end = position + mostBytes;
    for (let at = position; at <= end; at++) {
      const read = this.window.read(at, 1);
      const byte = (read instanceof Promise ? await read : read)[0];
      if (byte === undefined) return null;
      if (byte !== 0xff) continue;
      const header = await this.headerAt(at);
      if (header && (await this.#isCertain(at, header))) return { position: at, header };
    }
    return null;
  }

  async #isCertain(position: number, first: FrameHeader): Promise<boolean> {
    let at = position + first.sizeBytes;
    for (let count = 1; count < CERTAIN_FRAMES; count++) {
      const next = await this.headerAt(at);
      if (next?.kind !== first.kind) return count >= CERTAIN_FRAMES_AT_END && (await this.#isEnd(at));
      at += next.sizeBytes;
    }
    return true;
  }

  /** True where the sound ends properly: at the end of the file, in a cut frame, or at a trailing tag. */
  async #isEnd(position: number): Promise<boolean> {
    const bytes = await this.window.read(position, 8);
    if (bytes.length < HEADER_BYTES || this.syntax(bytes, 0) !== null) return true;
    return /^(TAG|APETAGEX|LYRICS)/.test(String.fromCharCode(...bytes));
  }
}

interface ReadOptions {
  header: FrameHeader;
  /** Length of the priming samples: the sound starts at 0 s. */
  shiftSeconds: number;
  fromSeconds: number;
}

class FrameReader implements PacketReader {
  #position: number;
  #samples = 0;
  #soundBytes = 0;
  #kind: string;
  #closed = false;

  constructor(
    readonly scanner: FrameScanner,
    position: number,
    readonly options: ReadOptions,
  ) {
    this.#position = position;
    this.#kind = options.header.kind;
  }

  async next(): Promise<Packet | null> {
    while (!this.#closed) {
      const header = await this.scanner.headerAt(this.#position);
      if (header?.kind !== this.#kind) {
        if (!(await this.#resync())) return null;
        continue;
      }
      const { sampleRate, samples, sizeBytes } = header;
      const startSeconds = this.#samples / sampleRate - this.options.shiftSeconds;
      const position = this.#position;
      this.#position += sizeBytes;
      this.#samples += samples;
      this.#soundBytes += sizeBytes;
      const durationSeconds = samples / sampleRate;
      const { fromSeconds } = this.options;
      if (fromSeconds > 0 && startSeconds + durationSeconds <= fromSeconds) continue;
      const read = this.scanner.window.read(position, sizeBytes);
      const data = read instanceof Promise ? await read : read;
      if (data.length < sizeBytes) return null;
      return { data, startSeconds, durationSeconds, key: true };
    }
    return null;
  }

  close(): void {
    this.#closed = true;
  }

  /** Goes on at the next certain frame; false where there is none. The time between is guessed from the bytes. */
  async #resync(): Promise<boolean> {
    const tagEnd = await skipTags(this.scanner.window, this.#position);
    const found = await this.scanner.findFrame(tagEnd, Infinity);
    if (!found) return false;
    const { samples, kind } = found.header;
    const meanFrameBytes =
      this.#samples > 0 ? (this.#soundBytes * samples) / this.#samples : found.header.sizeBytes;
    this.#samples += Math.round((found.position - tagEnd) / meanFrameBytes) * samples;
    this.#position = found.position;
    this.#kind = kind;
    return true;
  }
}
