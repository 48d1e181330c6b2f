/**
 * Packets to mono PCM. In: a track. Out: blocks of samples with their times. WebCodecs does the work, except for PCM.
 * The one decision to know: a decoder that fails is replaced at the next key packet and the loss is noted on the
 * next block, so that one bad place costs only itself.
 */
import { BlockBuffer } from './block-buffer';
import { mixDown } from './mix-down';
import type { AudioTrack, Packet, PacketReader } from './packet';
import { canDecodePcm, decodePcm, pcmFrames } from './pcm';
import type { PcmBlock, PcmReader } from './pcm-block';

/** Enough to keep the decoder's thread busy, few enough to hold little. */
const MOST_QUEUED_PACKETS = 32;

export function decodeTrack(track: AudioTrack, fromSeconds: number): PcmReader {
  const packets = track.read(fromSeconds);
  return canDecodePcm(track.codec)
    ? new PcmTrackReader(track, packets)
    : new CodecTrackReader(track, packets);
}

class PcmTrackReader implements PcmReader {
  #blocks = new BlockBuffer();
  #ended = false;

  constructor(
    readonly track: AudioTrack,
    readonly packets: PacketReader,
  ) {}

  async next(): Promise<PcmBlock | null> {
    const { codec, decoderConfig } = this.track;
    const { numberOfChannels: channels, sampleRate } = decoderConfig;
    while (!this.#ended && this.#blocks.readyBlocks === 0) {
      const packet = await this.packets.next();
      if (packet) {
        const frames = pcmFrames(codec, channels, packet.data.byteLength);
        const { buffer, at } = this.#blocks.reserve(packet.startSeconds, sampleRate, frames);
        decodePcm(codec, channels, packet.data, buffer, at);
      } else {
        this.#ended = true;
        this.#blocks.finish();
      }
    }
    return this.#blocks.take();
  }

  close(): void {
    this.packets.close();
  }
}

class CodecTrackReader implements PcmReader {
  #blocks = new BlockBuffer();
  #decoder: AudioDecoder | null = null;
  /** Time of the packet that this decoder began with: Chromium loses negative times, so it gets times from 0 on. */
  #baseSeconds = 0;
  #lastPacket: Packet | null = null;
  #primingFrames: number;
  #ended = false;
  #wake: (() => void) | null = null;

  constructor(
    readonly track: AudioTrack,
    readonly packets: PacketReader,
  ) {
    this.#primingFrames = track.primingSamples;
  }

  async next(): Promise<PcmBlock | null> {
    for (;;) {
      if (this.#blocks.readyBlocks > 0 || this.#ended) return this.#blocks.take();
      if ((this.#decoder?.decodeQueueSize ?? 0) >= MOST_QUEUED_PACKETS) {
        await new Promise<void>((resolve) => (this.#wake = resolve));
        continue;
      }
      const packet = await this.packets.next();
      if (packet) this.#decode(packet);
      else await this.#finish();
    }
  }

  close(): void {
    this.#ended = true;
    this.packets.close();
    this.#closeDecoder();
    this.#wake?.();
  }

  #decode(packet: Packet): void {
    this.#lastPacket = packet;
    if (!this.#decoder) {
      if (!packet.key) return;
      this.#baseSeconds = packet.startSeconds;
      this.#decoder = this.#openDecoder();
    }
    const timestamp = Math.round((packet.startSeconds - this.#baseSeconds) * 1e6);
    try {
      const { data, key } = packet;
      this.#decoder.decode(new EncodedAudioChunk({ type: key ? 'key' : 'delta', timestamp, data }));
    } catch (error) {
      this.#fail(error);
    }
  }

  #openDecoder(): AudioDecoder {
    const decoder = new AudioDecoder({
      output: (frame) => {
        if (this.#decoder === decoder) this.#collect(frame);
        frame.close();
      },
      error: (error) => {
        if (this.#decoder === decoder) this.#fail(error);
      },
    });
    decoder.addEventListener('dequeue', () => this.#wake?.());
    decoder.configure(this.track.decoderConfig);
    return decoder;
  }

  #collect(frame: AudioData): void {
    const skipped = Math.min(this.#primingFrames, frame.numberOfFrames);
    this.#primingFrames -= skipped;
    if (skipped === frame.numberOfFrames) return;
    const startSeconds =
      this.#baseSeconds + frame.timestamp / 1e6 - this.track.primingSamples / frame.sampleRate;
    const { buffer, at } = this.#blocks.reserve(startSeconds, frame.sampleRate, frame.numberOfFrames);
    mixDown(frame, buffer, at);
    this.#wake?.();
  }

  #fail(error: unknown): void {
    this.#blocks.markDamage(String(error));
    this.#closeDecoder();
    this.#wake?.();
  }

  async #finish(): Promise<void> {
    const decoder = this.#decoder;
    if (decoder) {
      await decoder.flush().catch((error: unknown) => {
        if (this.#decoder === decoder) this.#fail(error);
      });
    }
    this.#closeDecoder();
    if (this.#lastPacket && this.#lastPacket.durationSeconds > 0) {
      const { startSeconds, durationSeconds } = this.#lastPacket;
      this.#blocks.trimEnd(startSeconds + durationSeconds, durationSeconds);
    }
    this.#blocks.finish();
    this.#ended = true;
  }

  #closeDecoder(): void {
    const decoder = this.#decoder;
    this.#decoder = null;
    if (decoder && decoder.state !== 'closed') decoder.close();
  }
}
