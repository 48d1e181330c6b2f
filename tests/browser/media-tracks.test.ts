import * as Comlink from 'comlink';
import { describe, expect, it } from 'vitest';
import { openBytes } from '../../src/media/bytes/open-bytes';
import type { FetchProgress } from '../../src/media/bytes/remote';
import { WHOLE, type HeardPart } from '../../src/media/heard-part';
import { EVERYTHING, openAudio } from '../../src/media/open-audio';
import type { Source } from '../../src/media/source';
import { BEGINNING, type Checkpoint } from '../../src/protocol/checkpoint';
import { openChunks } from '../../src/protocol/chunk-port';
import { connect } from '../../src/protocol/connect';
import type { MediaWorker } from '../../src/protocol/media';
import type { Chunk } from '../../src/signal/chunk';
import { decodeAudio, decodeFile, openFileAudio } from './decoded';
import { jfk, mediaFixture } from './fixture-files';
import { remoteFolder } from './remote';

const energy = (samples: Float32Array) => samples.reduce((sum, sample) => sum + sample * sample, 0);

describe('one of several tracks', () => {
  it('the default one, or by number, or by language', async () => {
    const file = await mediaFixture('two-tracks.mkv');
    const seconds = async (track: HeardPart['track']) =>
      (await decodeAudio(await openFileAudio(file, { track }))).decodedSeconds;
    expect(await seconds(null)).toBeCloseTo(5, 1);
    expect(await seconds({ number: 2 })).toBeCloseTo(6, 1);
    expect(await seconds({ language: 'deu' })).toBeCloseTo(6, 1);
    const audio = await openFileAudio(file, { track: { language: 'de' } });
    audio.close();
    expect(audio.trackIndex).toBe(1);
    expect(audio.tracks).toMatchObject([
      { codec: 'opus', language: 'en', title: 'The hall', channels: 1, isDefault: true, playable: true },
      { codec: 'opus', language: 'de', title: 'The booth', channels: 1, isDefault: false, playable: true },
    ]);
  });

  it.each([
    ['two-tracks.mkv', { number: 3 }],
    ['two-tracks.mkv', { language: 'fr' }],
    ['mono-16k.mp3', { number: 2 }],
  ])('%s has no track %o', async (name, track) => {
    const opened = openFileAudio(await mediaFixture(name), { track });
    await expect(opened).rejects.toMatchObject({ code: 'media/no-such-track' });
  });
});

describe('a part', () => {
  it.each(['mono-16k.mp3', 'stereo-44k.m4a', 'mono-16k.flac'])('of %s ends to the sample', async (name) => {
    const file = await mediaFixture(name);
    const all = (await decodeFile(file)).samples;
    const part = await decodeAudio(await openFileAudio(file, { fromSeconds: 1, endSeconds: 2.5 }));
    expect(part.startSeconds).toBe(1);
    expect(part.endSeconds).toBe(2.5);
    expect(part.gaps).toEqual([]);
    expect(part.samples.length).toBe(24_000);
    const middle = (samples: Float32Array) => energy(samples.subarray(4000, 20_000));
    expect(middle(part.samples) / middle(all.subarray(16_000))).toBeCloseTo(1, 1);
  });

  it('that begins after the end is refused', async () => {
    const opened = openFileAudio(await jfk(), { fromSeconds: 60, mustReach: true });
    await expect(opened).rejects.toMatchObject({ code: 'media/outside', values: { durationSeconds: 11 } });
  });
});

it('a playlist on disk finds its segments among what came with it', async () => {
  const bytesOf = async (name: string) =>
    new File([await (await fetch(remoteFolder().url(`hls/${name}`))).arrayBuffer()], name);
  const names = ['en-0.mpegts', 'en-1.mpegts', 'en-2.mpegts'];
  const [file, ...siblings] = await Promise.all(['en.m3u8', ...names].map(bytesOf));
  const { signal } = new AbortController();
  const open = async (source: Source) => openAudio(await openBytes(source, { signal }), EVERYTHING);
  const audio = await open({ kind: 'file', file: file!, siblings });
  expect((await decodeAudio(audio)).decodedSeconds).toBeGreaterThan(10.8);
  const alone = open({ kind: 'file', file: file!, siblings: siblings.slice(1) });
  await expect(alone).rejects.toMatchObject({
    code: 'media/files-missing',
    values: { missing: 'en-0.mpegts' },
  });
});

/** All chunks, through the worker. */
async function chunksOf(
  source: Source,
  heard: HeardPart,
  { from = BEGINNING, most = Infinity }: { from?: Checkpoint; most?: number } = {},
): Promise<{ chunks: Chunk[]; lanes: number[] | undefined; fetched: FetchProgress[] }> {
  const worker = new Worker(new URL('../../workers/media.ts', import.meta.url), { type: 'module' });
  const media = await connect<MediaWorker>(worker, 'media');
  const { port1, port2 } = new MessageChannel();
  const { signal } = new AbortController();
  const reader = openChunks(port1, signal);
  const fetched: FetchProgress[] = [];
  try {
    const options = { from, voiceActivity: true, heard };
    const audio = await media.remote.openAudio(
      source,
      options,
      Comlink.transfer(port2, [port2]),
      signal,
      Comlink.proxy((progress: FetchProgress) => void fetched.push(progress)),
    );
    const chunks: Chunk[] = [];
    for (;;) {
      const batch = await reader.next({ count: 1, maxSeconds: 4 });
      chunks.push(...batch.chunks);
      if (batch.ended || chunks.length >= most) {
        await audio.close();
        return { chunks, lanes: batch.laneSeconds, fetched };
      }
    }
  } finally {
    media.close();
  }
}

describe('channels as speakers', () => {
  const split: HeardPart = { ...WHOLE, channels: 'split' };
  const words = (chunk: Chunk) => [chunk.speaker, chunk.startSeconds, chunk.endSeconds];

  it('each channel is heard alone, and their chunks come in order of time', async () => {
    const { chunks } = await chunksOf({ kind: 'file', file: await mediaFixture('two-voices.ogg') }, split);
    const of = (speaker: string) => chunks.filter((chunk) => chunk.speaker === speaker);
    expect(of('Channel 1').every((chunk) => chunk.endSeconds < 6)).toBe(true);
    expect(of('Channel 2').every((chunk) => chunk.startSeconds > 3)).toBe(true);
    expect(of('Channel 1').length * of('Channel 2').length).toBeGreaterThan(0);
    const starts = chunks.map(({ startSeconds }) => startSeconds);
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
    expect(chunks.map(({ index }) => index)).toEqual(chunks.map((_, index) => index));
  });

  it('a resumed one goes on where each channel was', async () => {
    const source: Source = { kind: 'file', file: await mediaFixture('two-voices.ogg') };
    const whole = (await chunksOf(source, split)).chunks.map(words);
    const first = await chunksOf(source, split, { most: 2 });
    const lanes = first.lanes!;
    const from = { ...BEGINNING, seconds: Math.min(...lanes), lanes, chunks: first.chunks.length };
    const rest = await chunksOf(source, split, { from });
    const both = [...first.chunks, ...rest.chunks].map(words);
    expect(both.map(([speaker]) => speaker)).toEqual(whole.map(([speaker]) => speaker));
    expect(rest.chunks[0]!.index).toBe(first.chunks.length);
  });

  it('one channel is one stream, without a name', async () => {
    const { chunks } = await chunksOf({ kind: 'file', file: await jfk() }, split);
    expect(chunks.map(({ speaker }) => speaker)).toEqual(chunks.map(() => undefined));
  });
});

describe('a server that gives only the whole file', () => {
  it.each([
    ['with its size', 'stereo-44k.m4a', []],
    ['without', 'stereo-44k.m4a', ['no-length']],
    ['without, in a format that can be streamed', 'opus.webm', ['no-length']],
    ['without, in bare frames', 'mono-16k.mp3', ['no-length']],
  ] as const)('is asked once, %s: %s', async (_, name, more) => {
    const folder = remoteFolder();
    const whole = (kind: 'ignore-range' | 'no-length') => ({ kind, times: 0 });
    await folder.order([whole('ignore-range'), ...more.map(whole)]);
    const remote = await chunksOf({ kind: 'url', url: folder.url(`media/${name}`) }, WHOLE);
    const local = await chunksOf({ kind: 'file', file: await mediaFixture(name) }, WHOLE);
    expect(remote.chunks.map(({ samples }) => samples)).toEqual(local.chunks.map(({ samples }) => samples));
    expect(await folder.log()).toHaveLength(1);
    expect(remote.fetched.at(-1)!.fetchedBytes).toBeGreaterThan(0);
  });

  it('after a break it is asked again, and only the rest is kept', async () => {
    const folder = remoteFolder();
    await folder.order([
      { kind: 'ignore-range', times: 0 },
      { kind: 'drop', atByte: 50_000 },
    ]);
    const { chunks } = await chunksOf({ kind: 'url', url: folder.url('jfk.wav') }, WHOLE);
    const local = await chunksOf({ kind: 'file', file: await jfk() }, WHOLE);
    expect(chunks.map(({ samples }) => samples)).toEqual(local.chunks.map(({ samples }) => samples));
    expect(await folder.log()).toHaveLength(2);
  });
});
