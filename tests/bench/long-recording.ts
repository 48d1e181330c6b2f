/**
 * A recording of any length, made by repeating a clip. In: samples at 16 kHz and a length. Out: a WAV on disk at 48 kHz
 * stereo, 11.5 MB a minute, so that an hour is far larger than any memory the app may take; written piece by piece.
 */
import { open } from 'node:fs/promises';
import { SAMPLE_RATE } from '../../src/lib/units';

const OUT_RATE = 48_000;
const CHANNELS = 2;
const BYTES_PER_FRAME = CHANNELS * 2;
const HEADER_BYTES = 44;

/** Resolves with the size of the file in bytes. The clip is followed by a second of silence each time. */
export async function writeLongRecording(
  path: string,
  clip: Float32Array,
  durationSeconds: number,
): Promise<number> {
  const period = withPause(clip);
  const totalBytes = durationSeconds * OUT_RATE * BYTES_PER_FRAME;
  await using file = await open(path, 'w');
  await file.write(header(totalBytes));
  for (let written = 0; written < totalBytes; written += period.length) {
    await file.write(period.subarray(0, Math.min(period.length, totalBytes - written)));
  }
  return HEADER_BYTES + totalBytes;
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

/** http://soundfile.sapp.org/doc/WaveFormat/ */
function header(dataBytes: number): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES);
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(HEADER_BYTES - 8 + dataBytes, 4);
  bytes.write('WAVEfmt ', 8, 'latin1');
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(CHANNELS, 22);
  bytes.writeUInt32LE(OUT_RATE, 24);
  bytes.writeUInt32LE(OUT_RATE * BYTES_PER_FRAME, 28);
  bytes.writeUInt16LE(BYTES_PER_FRAME, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36, 'latin1');
  bytes.writeUInt32LE(dataBytes, 40);
  return bytes;
}
