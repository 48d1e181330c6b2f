/**
 * A recording of any length, made by repeating a clip. In: samples at 16 kHz and a length. Out: a WAV on disk at 48 kHz
 * stereo, 11.5 MB a minute, so that an hour is far larger than any memory the app may take; written piece by piece.
 */
import { open } from 'node:fs/promises';
import { SAMPLE_RATE } from '../../src/lib/units';

const OUT_RATE = 48_000;
const CHANNELS = 2;
const BYTES_PER_FRAME = CHANNELS * 2;
/** `fmt ` and `data`, which any reader knows; `ds64` besides where 32 bits do not hold the size. */
const HEADER_BYTES = 44;
const DS64_BYTES = 36;
const LARGEST_WAV = 2 ** 32 - 1;

/** Resolves with the size of the file in bytes. The clip is followed by a second of silence each time. */
export async function writeLongRecording(
  path: string,
  clip: Float32Array,
  durationSeconds: number,
): Promise<number> {
  const period = withPause(clip);
  const totalBytes = durationSeconds * OUT_RATE * BYTES_PER_FRAME;
  await using file = await open(path, 'w');
  const head = header(totalBytes);
  await file.write(head);
  for (let written = 0; written < totalBytes; written += period.length) {
    await file.write(period.subarray(0, Math.min(period.length, totalBytes - written)));
  }
  return head.length + totalBytes;
}

/** The clip at the output rate on both channels, then the silence. Samples are repeated: it need not sound well. */
function withPause(clip: Float32Array): Buffer {
  const repeat = OUT_RATE / SAMPLE_RATE;
  const frames = Buffer.alloc((clip.length * repeat + OUT_RATE) * BYTES_PER_FRAME);
  for (let frame = 0; frame < clip.length * repeat; frame++) {
    const sample = Math.round(clip[Math.floor(frame / repeat)]! * 32_767);
    frames.writeInt16LE(sample, frame * BYTES_PER_FRAME);
    frames.writeInt16LE(sample, frame * BYTES_PER_FRAME + 2);
  }
  return frames;
}

/** http://soundfile.sapp.org/doc/WaveFormat/, and RF64 from 4 GiB on: https://tech.ebu.ch/docs/tech/tech3306.pdf */
function header(dataBytes: number): Buffer {
  const isLong = HEADER_BYTES + dataBytes > LARGEST_WAV;
  const riffBytes = HEADER_BYTES - 8 + dataBytes + (isLong ? DS64_BYTES : 0);
  const size = (bytes: number) => uint(isLong ? LARGEST_WAV : bytes, 4);
  const frames = dataBytes / BYTES_PER_FRAME;
  return Buffer.concat([
    Buffer.from(isLong ? 'RF64' : 'RIFF'),
    size(riffBytes),
    Buffer.from('WAVE'),
    ...(isLong
      ? [
          Buffer.from('ds64'),
          uint(28, 4),
          uint(riffBytes, 8),
          uint(dataBytes, 8),
          uint(frames, 8),
          uint(0, 4),
        ]
      : []),
    Buffer.from('fmt '),
    uint(16, 4),
    uint(1, 2),
    uint(CHANNELS, 2),
    uint(OUT_RATE, 4),
    uint(OUT_RATE * BYTES_PER_FRAME, 4),
    uint(BYTES_PER_FRAME, 2),
    uint(16, 2),
    Buffer.from('data'),
    size(dataBytes),
  ]);
}

function uint(value: number, bytes: 2 | 4 | 8): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(BigInt(value));
  return buffer.subarray(0, bytes);
}
