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
/** A codec needs the packets before a place to be right there; what comes out of them is cut off. */
const WARM_UP_SECONDS = 0.3;
/** Nobody pads the end of a recording by more. */
const LONGEST_PADDING_SECONDS = 0.2;
/** Packets' times are rounded and their durations sometimes guessed. */
const SHORTEST_HOLE_SECONDS = 0.08;
const LONGEST_OVERLAP_SECONDS = 0.5;
/** AAC pads its last frame with silence, and most containers do not say how much. */
const AAC_FRAME_SAMPLES = 1024;

/** `channel`: counted from 0; null mixes all. */
export function decodeTrack(track: AudioTrack, fromSeconds: number, channel: number | null): PcmReader {
  if (canDecodePcm(track.codec)) return new PcmTrackReader(track, track.read(fromSeconds), channel);
  const priming = fromSeconds > 0 ? 0 : track.primingSamples;
  return new CodecTrackReader(
    track,
    track.read(Math.max(0, fromSeconds - WARM_UP_SECONDS)),
    priming,
    channel,
  );
}

class PcmTrackReader implements PcmReader {
  #blocks = new BlockBuffer();
  #ended = false;

  constructor(
    readonly track: AudioTrack,
    readonly packets: PacketReader,
    readonly channel: number | null,
  ) {}

  async next(): Promise<PcmBlock | null> {
    const { codec, decoderConfig } = this.track;
    const { numberOfChannels: channels, sampleRate } = decoderConfig;
    while (!this.#ended && this.#blocks.readyBlocks === 0) {
      const packet = await this.packets.next();
      if (packet) {
        const frames = pcmFrames(codec, channels, packet.data.byteLength);
        const { buffer, at } = this.#blocks.reserve(packet.startSeconds, sampleRate, frames);
        decodePcm({ codec, channels, channel: this.channel }, packet.data, buffer, at);
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
  /** Where the next packet belongs, by the durations of those since. */
  #expectedSeconds = 0;
  #lastPacket: Packet | null = null;
  #config: AudioDecoderConfig;
  /** Still to be dropped. */
  #primingFrames: number;
  #ended = false;
  #wake: (() => void) | null = null;

  constructor(
    readonly track: AudioTrack,
    readonly packets: PacketReader,
    primingFrames: number,
    readonly channel: number | null,
  ) {
    this.#primingFrames = primingFrames;
    this.#config = track.decoderConfig;
  }

  async next(): Promise<PcmBlock | null> {
    for (;;) {
      if (this.#blocks.readyBlocks > 0 || this.#ended) return this.#blocks.take();
      if ((this.#decoder?.decodeQueueSize ?? 0) >= MOST_QUEUED_PACKETS) {
        await new Promise<void>((resolve) => (this.#wake = resolve));
        continue;
      }
      const packet = await this.packets.next();
      if (packet && this.#breaksOff(packet)) await this.#drain();
      if (packet?.decoderConfig) await this.#changeConfig(packet.decoderConfig);
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

  /** Decoders count on from their first packet: where packets are missing, the next ones need a new one. */
  #breaksOff(packet: Packet): boolean {
    if (!this.#decoder) return false;
    const hole = packet.startSeconds - this.#expectedSeconds;
    return hole > SHORTEST_HOLE_SECONDS || hole < -LONGEST_OVERLAP_SECONDS;
  }

  #decode(packet: Packet): void {
    this.#lastPacket = packet;
    if (!this.#decoder) {
      if (!packet.key) return;
      // A Vorbis decoder gives nothing for its first packet.
      const silentSeconds = this.track.codec === 'vorbis' ? packet.durationSeconds : 0;
      this.#baseSeconds = packet.startSeconds + silentSeconds;
      this.#expectedSeconds = packet.startSeconds;
      this.#decoder = this.#openDecoder();
    }
    this.#expectedSeconds += packet.durationSeconds || packet.startSeconds - this.#expectedSeconds;
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
    decoder.configure(this.#config);
    return decoder;
  }

  #collect(frame: AudioData): void {
    const { numberOfFrames, sampleRate, timestamp } = frame;
    const skipped = Math.min(this.#primingFrames, numberOfFrames);
    this.#primingFrames -= skipped;
    if (skipped < numberOfFrames) {
      const startSeconds = this.#baseSeconds + timestamp / 1e6 + skipped / sampleRate;
      const { buffer, at } = this.#blocks.reserve(startSeconds, sampleRate, numberOfFrames - skipped);
      mixDown(frame, this.channel, skipped, buffer, at);
    }
    this.#wake?.();
  }

  #fail(error: unknown): void {
    this.#blocks.markDamage(String(error));
    this.#closeDecoder();
    this.#wake?.();
  }

  async #changeConfig(config: AudioDecoderConfig): Promise<void> {
    await this.#drain();
    this.#config = config;
  }

  async #finish(): Promise<void> {
    await this.#drain();
    this.#trimPadding();
    this.#blocks.finish();
    this.#ended = true;
  }

  /** Waits for all outputs, and lets the decoder go. */
  async #drain(): Promise<void> {
    const decoder = this.#decoder;
    if (!decoder) return;
    await decoder.flush().catch((error: unknown) => {
      if (this.#decoder === decoder) this.#fail(error);
    });
    this.#closeDecoder();
  }

  #trimPadding(): void {
    const { codec, durationIs, durationSeconds } = this.track;
    if (durationIs === 'exact' && durationSeconds !== null)
      this.#blocks.trimEnd(durationSeconds, LONGEST_PADDING_SECONDS);
    else if (codec === 'aac') this.#blocks.trimSilence(AAC_FRAME_SAMPLES);
    else if (this.#lastPacket && this.#lastPacket.durationSeconds > 0) {
      const { startSeconds, durationSeconds } = this.#lastPacket;
      this.#blocks.trimEnd(startSeconds + durationSeconds, durationSeconds);
    }
  }

  #closeDecoder(): void {
    const decoder = this.#decoder;
    this.#decoder = null;
    if (decoder && decoder.state !== 'closed') decoder.close();
  }
}
