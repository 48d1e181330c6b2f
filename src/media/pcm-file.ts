/** Uncompressed samples that lie in a file one after the other, as in WAV and AIFF. In: where, and how. Out: a track. */
import type { ByteSource } from './bytes/byte-source';
import { ByteWindow } from './bytes/byte-window';
import type { AudioTrack, Packet, PacketReader } from './packet';
import { pcmSampleBytes } from './pcm';

/** A third of a second at 48 kHz. */
const PACKET_FRAMES = 16_384;

export interface PcmLayoutInFile {
  /** Container in words. */
  container: string;
  /** As `media/pcm` names them. */
  codec: string;
  sampleRate: number;
  channels: number;
  startByte: number;
  /** Beyond the file's end where the file is cut. */
  endByte: number;
}

export function openPcmFile(file: ByteSource, layout: PcmLayoutInFile): AudioTrack {
  const { container, codec, sampleRate, channels, startByte, endByte } = layout;
  const frameBytes = pcmSampleBytes(codec) * channels;
  const frames = Math.floor(Math.max(0, endByte - startByte) / frameBytes);
  return {
    format: `${container}, ${codec}`,
    codec,
    decoderConfig: { codec, sampleRate, numberOfChannels: channels },
    durationSeconds: Number.isFinite(frames) ? frames / sampleRate : null,
    durationIs: 'stored',
    primingSamples: 0,
    holesAreDamage: false,
    read: (fromSeconds) => {
      const window = new ByteWindow(file);
      return readFrames(window, layout, frameBytes, Math.floor(fromSeconds * sampleRate));
    },
    close: () => undefined,
  };
}

function readFrames(
  window: ByteWindow,
  { sampleRate, startByte, endByte }: PcmLayoutInFile,
  frameBytes: number,
  firstFrame: number,
): PacketReader {
  let frame = firstFrame;
  let closed = false;
  return {
    async next(): Promise<Packet | null> {
      const position = startByte + frame * frameBytes;
      const bytes = Math.min(PACKET_FRAMES * frameBytes, Math.min(endByte, window.sizeBytes) - position);
      if (closed || bytes < frameBytes) return null;
      const data = await window.read(position, bytes);
      const startSeconds = frame / sampleRate;
      const frames = Math.floor(data.length / frameBytes);
      if (frames === 0) return null;
      frame += frames;
      return { data, startSeconds, durationSeconds: frames / sampleRate, key: true };
    },
    close: () => {
      closed = true;
    },
  };
}
