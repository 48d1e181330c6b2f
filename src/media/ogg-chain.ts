/**
 * Ogg files may be several recordings one after the other (internet radio writes one per title), of which the container
 * reader sees the first. In: a file and the track of its first link. Out: a track that goes through all of them.
 * Source: RFC 3533, sections 4 and 6.
 */
import { partOf, type ByteSource } from './bytes/byte-source';
import { ByteWindow } from './bytes/byte-window';
import type { AudioTrack, Packet, PacketReader } from './packet';

const PAGE_HEADER_BYTES = 27;
const BEGINS_STREAM = 2;
/** Seconds of Ogg are seldom more; so much is searched for the next page at a time. */
const SEARCH_BYTES = 64 * 1024;

export type OpenLink = (file: ByteSource) => Promise<AudioTrack | null>;

export function chainOggLinks(file: ByteSource, first: AudioTrack, openLink: OpenLink): AudioTrack {
  return { ...first, read: (fromSeconds) => new ChainReader(file, first, openLink, fromSeconds) };
}

class ChainReader implements PacketReader {
  #packets: PacketReader | null = null;
  /** The link being read, unless it is the first. */
  #link: AudioTrack | null = null;
  #linkStart = 0;
  /** Where this link begins and has been read to, in seconds of the recording. */
  #offsetSeconds = 0;
  #endSeconds = 0;
  #changed: AudioDecoderConfig | null = null;
  #closed = false;

  constructor(
    readonly file: ByteSource,
    readonly first: AudioTrack,
    readonly openLink: OpenLink,
    readonly fromSeconds: number,
  ) {}

  async next(): Promise<Packet | null> {
    this.#packets ??= await this.#begin();
    while (!this.#closed) {
      const packet = await this.#packets.next();
      if (packet) return this.#place(packet);
      if (!(await this.#nextLink())) return null;
    }
    return null;
  }

  close(): void {
    this.#closed = true;
    this.#packets?.close();
    this.#link?.close();
  }

  /** A chain is read from its start, since nothing tells how long its links are. */
  async #begin(): Promise<PacketReader> {
    const chained = this.fromSeconds > 0 && (await findNextLink(this.file, 0)) !== null;
    return this.first.read(chained ? 0 : this.fromSeconds);
  }

  #place(packet: Packet): Packet {
    const startSeconds = packet.startSeconds + this.#offsetSeconds;
    this.#endSeconds = startSeconds + packet.durationSeconds;
    const placed = { ...packet, startSeconds };
    if (!this.#changed) return placed;
    const decoderConfig = this.#changed;
    this.#changed = null;
    return { ...placed, decoderConfig };
  }

  async #nextLink(): Promise<boolean> {
    const start = await findNextLink(this.file, this.#linkStart);
    if (start === null) return false;
    const track = await this.openLink(partOf(this.file, start));
    if (!track) return false;
    this.#packets?.close();
    this.#link?.close();
    this.#link = track;
    this.#packets = track.read(0);
    this.#changed = track.decoderConfig;
    this.#linkStart = start;
    this.#offsetSeconds = this.#endSeconds;
    return true;
  }
}

/** Position of the first page of the link after the one that begins at `start`, or null. */
async function findNextLink(file: ByteSource, start: number): Promise<number | null> {
  const window = new ByteWindow(file);
  let headersOver = false;
  for (let at: number | null = start; at !== null;) {
    const header: Uint8Array = await window.read(at, PAGE_HEADER_BYTES + 255);
    if (!isPage(header)) {
      at = await findPage(window, at + 1);
      continue;
    }
    const begins = (header[5]! & BEGINS_STREAM) !== 0;
    if (begins && headersOver) return at;
    headersOver ||= !begins;
    const segments = header[26]!;
    at += PAGE_HEADER_BYTES + segments;
    for (let index = 0; index < segments; index++) at += header[PAGE_HEADER_BYTES + index] ?? 0;
  }
  return null;
}

const isPage = (bytes: Uint8Array, at = 0): boolean =>
  bytes[at] === 0x4f && bytes[at + 1] === 0x67 && bytes[at + 2] === 0x67 && bytes[at + 3] === 0x53;

async function findPage(window: ByteWindow, from: number): Promise<number | null> {
  for (let at = from; at + PAGE_HEADER_BYTES <= window.sizeBytes; at += SEARCH_BYTES - 3) {
    const bytes = await window.read(at, SEARCH_BYTES);
    if (bytes.length < PAGE_HEADER_BYTES) return null;
    for (let index = bytes.indexOf(0x4f); index >= 0; index = bytes.indexOf(0x4f, index + 1))
      if (isPage(bytes, index)) return at + index;
  }
  return null;
}
