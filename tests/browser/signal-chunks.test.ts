import { describe, expect, it } from 'vitest';
import { BEGINNING } from '../../src/protocol/checkpoint';
import type { Chunk, ChunkBatch } from '../../src/signal/chunk';
import { type ChunksSoFar, readChunks, readingStart } from '../../src/signal/read-chunks';
import { openVoiceActivity } from '../../src/signal/voice-activity';
import { decodeFile, openFileAudio } from './decoded';
import { jfk, mediaFixture } from './fixture-files';

interface Reading {
  from?: ChunksSoFar;
  maxSeconds?: number;
  count?: number;
  voiceActivity?: boolean;
}

async function readAll(
  file: File,
  reading: Reading = {},
): Promise<{ chunks: Chunk[]; batches: ChunkBatch[] }> {
  const { from = BEGINNING, maxSeconds = 30, count = 2, voiceActivity = true } = reading;
  const audio = await openFileAudio(file, { fromSeconds: readingStart(from) });
  const reader = readChunks(audio, voiceActivity ? await openVoiceActivity() : null, from);
  const batches: ChunkBatch[] = [];
  try {
    do batches.push(await reader.next({ count, maxSeconds }));
    while (!batches.at(-1)!.ended);
    const after = await reader.next({ count, maxSeconds });
    expect(after.ended && after.chunks.length === 0).toBe(true);
  } finally {
    reader.close();
  }
  return { chunks: batches.flatMap(({ chunks }) => chunks), batches };
}

/** 16-bit WAV, 16 kHz mono. */
function wavFile(samples: Float32Array): File {
  const header = new DataView(new ArrayBuffer(44));
  const text = (at: number, letters: string) =>
    new TextEncoder().encode(letters).forEach((byte, index) => header.setUint8(at + index, byte));
  text(0, 'RIFF');
  header.setUint32(4, 36 + samples.length * 2, true);
  text(8, 'WAVEfmt ');
  header.setUint32(16, 16, true);
  header.setUint16(20, 1, true);
  header.setUint16(22, 1, true);
  header.setUint32(24, 16_000, true);
  header.setUint32(28, 32_000, true);
  header.setUint16(32, 2, true);
  header.setUint16(34, 16, true);
  text(36, 'data');
  header.setUint32(40, samples.length * 2, true);
  return new File([header, Int16Array.from(samples, (value) => value * 32_767)], 'made.wav');
}

/** The clip `times` times, each after `pauseSeconds` of silence. */
async function repeated(times: number, pauseSeconds: number): Promise<File> {
  const { samples } = await decodeFile(await jfk());
  const period = samples.length + pauseSeconds * 16_000;
  const whole = new Float32Array(period * times);
  for (let turn = 0; turn < times; turn++) whole.set(samples, turn * period + pauseSeconds * 16_000);
  return wavFile(whole);
}

const placeOf = ({ index, startSeconds, endSeconds, speech }: Chunk) => ({
  index,
  startSeconds,
  endSeconds,
  speech,
});
const secondsOf = (chunk: Chunk) => chunk.endSeconds - chunk.startSeconds;
const speechOf = (chunks: Chunk[]) =>
  chunks
    .flatMap(({ speech }) => speech)
    .reduce((sum, region) => sum + region.endSeconds - region.startSeconds, 0);

describe('chunks of a recording', () => {
  it('a short clip is one chunk that holds all its speech', async () => {
    const { chunks, batches } = await readAll(await jfk());
    expect(chunks).toHaveLength(1);
    const [chunk] = chunks as [Chunk];
    expect(chunk.startSeconds).toBeLessThan(0.1);
    expect(chunk.endSeconds).toBeGreaterThan(10.5);
    expect(chunk.samples).toHaveLength(Math.round(secondsOf(chunk) * 16_000));
    const last = batches.at(-1)!;
    expect(last.readSeconds).toBe(11);
    expect(speechOf(chunks)).toBeGreaterThan(7);
  });

  it('a chunk holds the samples of its place', async () => {
    const { samples } = await decodeFile(await jfk());
    const { chunks } = await readAll(await jfk(), { maxSeconds: 4 });
    expect(chunks.length).toBeGreaterThan(2);
    for (const chunk of chunks) {
      const start = Math.round(chunk.startSeconds * 16_000);
      expect(chunk.samples).toEqual(samples.slice(start, start + chunk.samples.length));
      expect(secondsOf(chunk)).toBeLessThanOrEqual(4);
    }
  });

  it('a long recording begins with a short chunk, and no chunk is longer than asked', async () => {
    const file = await repeated(12, 1);
    const { chunks, batches } = await readAll(file);
    expect(secondsOf(chunks[0]!)).toBeLessThan(15);
    expect(chunks.map(({ index }) => index)).toEqual(chunks.map((_, index) => index));
    for (const [index, chunk] of chunks.entries()) {
      expect(secondsOf(chunk)).toBeLessThanOrEqual(30);
      expect(chunk.startSeconds).toBeGreaterThanOrEqual(chunks[index - 1]?.endSeconds ?? 0);
    }
    for (const batch of batches) {
      const given = batch.chunks.at(-1);
      if (given) expect(batch.readSeconds).toBeGreaterThanOrEqual(given.endSeconds);
    }
    const short = await readAll(await jfk());
    expect(speechOf(chunks) / (12 * speechOf(short.chunks))).toBeCloseTo(1, 1);
  });

  it('going on from any checkpoint gives the same chunks, sample by sample', async () => {
    const file = await repeated(4, 2);
    const reading = { count: 2, maxSeconds: 6 };
    const whole = await readAll(file, reading);
    expect(whole.batches.length).toBeGreaterThan(3);
    let chunks = 0;
    for (const batch of whole.batches.slice(0, -1)) {
      chunks += batch.chunks.length;
      const from = { seconds: batch.readSeconds, chunks, voice: batch.voice };
      const rest = await readAll(file, { ...reading, from });
      expect(rest.chunks.map(placeOf)).toEqual(whole.chunks.slice(chunks).map(placeOf));
      expect(rest.chunks.map(({ samples }) => samples)).toEqual(
        whole.chunks.slice(chunks).map(({ samples }) => samples),
      );
    }
  });

  it('reading on from beyond the end is over at once, and nothing counts as unread', async () => {
    const { chunks, batches } = await readAll(await jfk(), {
      from: { ...BEGINNING, seconds: 11, chunks: 1 },
    });
    expect(chunks).toEqual([]);
    expect(batches).toMatchObject([{ ended: true, readSeconds: 11 }]);
  });

  it('without voice activity windows follow each other without loss', async () => {
    const { samples } = await decodeFile(await jfk());
    const { chunks } = await readAll(await jfk(), { voiceActivity: false, maxSeconds: 3 });
    expect(chunks.map(secondsOf)).toEqual([3, 3, 3, 2]);
    expect(chunks.flatMap((chunk) => [...chunk.samples])).toEqual([...samples]);
    expect(speechOf(chunks)).toBe(11);
  });

  it('silence gives no chunk, and says so before it is all read', async () => {
    const { chunks, batches } = await readAll(wavFile(new Float32Array(300 * 16_000)));
    expect(chunks).toEqual([]);
    expect(batches.length).toBeGreaterThan(1);
    expect(batches[0]!.readSeconds).toBeGreaterThan(60);
    expect(batches.at(-1)).toMatchObject({ ended: true, readSeconds: 300 });
  });

  it('damage comes through as a gap, and the speech on both sides is found', async () => {
    const { chunks, batches } = await readAll(await mediaFixture('corrupt-middle.mp3'));
    const gaps = batches.flatMap((batch) => batch.gaps);
    expect(gaps.length).toBeGreaterThan(0);
    const speech = chunks.flatMap((chunk) => chunk.speech);
    expect(speech.some(({ endSeconds }) => endSeconds < gaps[0]!.startSeconds)).toBe(true);
    expect(speech.some(({ startSeconds }) => startSeconds > gaps.at(-1)!.endSeconds)).toBe(true);
  });

  it('a closed reader refuses', async () => {
    const reader = readChunks(await openFileAudio(await jfk()), null);
    reader.close();
    reader.close();
    await expect(reader.next({ count: 1, maxSeconds: 30 })).rejects.toMatchObject({
      code: 'internal/closed',
    });
  });
});
