import { describe, expect, it } from 'vitest';
import { Recorder, type RecordingFile } from '../../src/media/record/recorder';
import { interleave, peakOf, takeChannel } from '../../src/media/record/samples';
import { LonghandError } from '../../src/lib/errors';
import { waveHeader } from '../../src/jobs/recording/wave-header';
import { decibels, levelWords, placeOf } from '../../src/ui/recording/levels';
import { roomWords } from '../../src/ui/recording/room';

const SHAPE = { id: 'a', sampleRate: 8000, channels: 2 };
const FRAME_BYTES = 4;

/** A disk with so much room. */
function fileOf(roomBytes = Infinity): RecordingFile & { closed: number } {
  let content = new Uint8Array(0);
  return {
    closed: 0,
    frameBytes: FRAME_BYTES,
    get sizeBytes() {
      return content.length;
    },
    append(samples) {
      const bytes = new Uint8Array(samples.buffer);
      if (content.length + bytes.length > roomBytes)
        throw new LonghandError('record/storage-full', { keptBytes: content.length });
      const longer = new Uint8Array(content.length + bytes.length);
      longer.set(content);
      longer.set(bytes, content.length);
      content = longer;
    },
    read: (position, most) => content.slice(position, position + most),
    close() {
      this.closed++;
    },
  };
}

const block = (frames: number, value = 0.5) => ({
  planes: [new Float32Array(frames).fill(value), new Float32Array(frames).fill(-value / 2)],
});

describe('a recording while it is made', () => {
  it('says how long, how large and how loud it is, of what lies in the file', async () => {
    const recorder = new Recorder(SHAPE, fileOf());
    const state = recorder.next();
    recorder.hear(block(400));
    recorder.hear(block(400));
    expect(await state).toEqual({
      seconds: 0.1,
      sizeBytes: 3200,
      peaks: [0.5, 0.25],
      ended: false,
      failure: null,
    });
  });

  it('hears nothing while paused, and leaves silence at the place', () => {
    const recorder = new Recorder(SHAPE, fileOf());
    recorder.hear(block(8000));
    recorder.pause();
    recorder.hear(block(8000));
    recorder.resume();
    recorder.hear(block(8000));
    expect(recorder.end().seconds).toBe(3.5);
    const bytes = recorder.read(8000 * FRAME_BYTES, 12_000 * FRAME_BYTES)!.bytes;
    expect(bytes.every((byte) => byte === 0)).toBe(true);
  });

  it('ends with what is kept when the disk is full, and says so', async () => {
    const file = fileOf(1000 * FRAME_BYTES);
    const recorder = new Recorder(SHAPE, file);
    recorder.hear(block(800));
    recorder.hear(block(800));
    const state = await recorder.next();
    expect(state).toMatchObject({ ended: true, seconds: 0.1, failure: { code: 'record/storage-full' } });
    recorder.hear(block(800));
    expect(recorder.end().seconds).toBe(0.1);
    expect(file.closed).toBe(1);
  });

  it('lets readers read to the end before the file is closed', () => {
    const file = fileOf();
    const recorder = new Recorder(SHAPE, file);
    let changes = 0;
    const unwatch = recorder.watch(() => changes++);
    expect(recorder.read(0, 100)).toBeNull();
    recorder.hear(block(100));
    expect(recorder.read(0, 250)).toMatchObject({ more: true, bytes: { length: 248 } });
    expect(recorder.read(248, 4000)).toMatchObject({ more: false, bytes: { length: 152 } });
    expect(recorder.read(400, 4000)).toBeNull();
    recorder.end();
    expect(recorder.read(400, 4000)).toMatchObject({ more: true, bytes: { length: 0 } });
    expect(changes).toBe(2);
    expect(file.closed).toBe(0);
    unwatch();
    expect(file.closed).toBe(1);
  });
});

it('stores each channel to half of the smallest step, and cuts off what is too loud', () => {
  const planes = [Float32Array.of(0, 0.25, 2), Float32Array.of(-2, 1e-5, -0.3)];
  const samples = interleave(planes);
  expect([...samples]).toEqual([0, -32_768, 8192, 0, 32_767, -9830]);
  expect([...takeChannel(samples, 2, 0)]).toEqual([0, 0.25, 32_767 / 32_768]);
  expect(peakOf(planes[1]!)).toBe(2);
});

it('a WAV header gives rate, channels and sizes, and beyond 4 GB says to the end', () => {
  const view = new DataView(waveHeader(48_000, 2, 1000).buffer);
  expect(view.getUint32(24, true)).toBe(48_000);
  expect(view.getUint32(28, true)).toBe(192_000);
  expect(view.getUint16(22, true)).toBe(2);
  expect(view.getUint32(4, true)).toBe(1036);
  expect(view.getUint32(40, true)).toBe(1000);
  expect(new DataView(waveHeader(48_000, 2, 5e9).buffer).getUint32(40, true)).toBe(0xffffffff);
});

it('loudness and room in words', () => {
  expect(decibels(0)).toBe(-60);
  expect(placeOf(decibels(1))).toBe(1);
  expect(levelWords(decibels(0.2))).toBe('Level: good, minus 14 decibels');
  expect(levelWords(-3)).toBe('Level: too loud, minus 3 decibels');
  expect(roomWords(1e9)).toBe('room for about 2 hours more');
  expect(roomWords(1e6)).toBe('');
});
