/**
 * A kept recording as an Opus file, a tenth of its size. In: its samples on disk. Out: an OGG file beside it. Piece by
 * piece: a recording of ten hours needs no more memory than one of a minute.
 */
import {
  AudioSample,
  AudioSampleSource,
  OggOutputFormat,
  Output,
  Quality,
  StreamTarget,
  type StreamTargetChunk,
} from 'mediabunny';
import { LonghandError, toLonghandError } from '../../lib/errors';
import type { EncodedRecording, RecordingShape } from '../../protocol/recorder';
import { recordingFileName, recordingsFolder } from './recording-file';

/** Of each channel: speech that nobody tells from the original. */
const BITS_PER_SECOND = 48_000;
const PIECE_SECONDS = 1;

/** Throws `record/storage-full`, `record/no-encoder`, `signal.reason`. */
export async function encodeOpus(shape: RecordingShape, signal: AbortSignal): Promise<EncodedRecording> {
  const folder = await recordingsFolder();
  const sound = await (await folder.getFileHandle(recordingFileName(shape.id))).getFile();
  const file = `${shape.id}.ogg`;
  const handle = await (await folder.getFileHandle(file, { create: true })).createSyncAccessHandle();
  try {
    handle.truncate(0);
    await encode(sound, shape, writerOf(handle), signal);
    handle.flush();
    return { file, sizeBytes: handle.getSize() };
  } catch (error) {
    signal.throwIfAborted();
    throw failure(error, handle.getSize());
  } finally {
    handle.close();
  }
}

async function encode(
  sound: Blob,
  { sampleRate, channels }: RecordingShape,
  target: WritableStream<StreamTargetChunk>,
  signal: AbortSignal,
): Promise<void> {
  const source = new AudioSampleSource({
    codec: 'opus',
    quality: new Quality({ bitrate: BITS_PER_SECOND * channels }),
  });
  const output = new Output({ format: new OggOutputFormat(), target: new StreamTarget(target) });
  output.addAudioTrack(source);
  try {
    await output.start();
    const frameBytes = 2 * channels;
    const pieceBytes = Math.round(PIECE_SECONDS * sampleRate) * frameBytes;
    for (let at = 0; at + frameBytes <= sound.size; at += pieceBytes) {
      signal.throwIfAborted();
      const bytes = await sound.slice(at, at + pieceBytes).arrayBuffer();
      const whole = bytes.slice(0, bytes.byteLength - (bytes.byteLength % frameBytes));
      const timestamp = at / frameBytes / sampleRate;
      using sample = new AudioSample({
        data: whole,
        format: 's16',
        numberOfChannels: channels,
        sampleRate,
        timestamp,
      });
      await source.add(sample);
    }
    await output.finalize();
  } catch (error) {
    await output.cancel();
    throw error;
  }
}

const writerOf = (handle: FileSystemSyncAccessHandle): WritableStream<StreamTargetChunk> =>
  new WritableStream({
    write({ data, position }) {
      if (handle.write(data, { at: position }) < data.byteLength)
        throw new LonghandError('record/storage-full', { keptBytes: position });
    },
  });

function failure(error: unknown, keptBytes: number): LonghandError {
  if (!(error instanceof DOMException)) return toLonghandError(error);
  return error.name === 'QuotaExceededError'
    ? new LonghandError('record/storage-full', { keptBytes }, { cause: error })
    : new LonghandError('record/no-encoder', { detail: error.message }, { cause: error });
}
