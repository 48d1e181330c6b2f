import { describe, expect, it } from 'vitest';
import type { FetchProgress } from '../../src/media/bytes/remote';
import { isLonghandError, type LonghandError } from '../../src/lib/errors';
import { decodeFile } from './decoded';
import { jfk, mediaFixture } from './fixture-files';
import { decodeUrl, remoteFolder } from './remote';

async function failureOf(work: Promise<unknown>): Promise<LonghandError> {
  const thrown = await work.then(
    () => new Error('it was read'),
    (error: unknown) => error,
  );
  if (isLonghandError(thrown)) return thrown;
  throw thrown;
}

describe('a recording behind an address is heard as if it lay on disk', () => {
  it.each([
    'mono-16k.mp3',
    'stereo-44k.m4a',
    'video.mp4',
    'mono-16k.aac',
    'mono-16k.flac',
    'opus.ogg',
    'vorbis.ogg',
    'opus.webm',
    'pcm-s24-44k.wav',
    'aac-48k.mpegts',
  ])('%s', async (name) => {
    const onDisk = await decodeFile(await mediaFixture(name));
    const folder = remoteFolder();
    const remote = await decodeUrl(folder.url(`media/${name}`));
    expect(remote.samples).toEqual(onDisk.samples);
    expect(remote.gaps).toEqual(onDisk.gaps);
    const log = await folder.log();
    expect(log.every(({ status, range }) => status === 206 && range !== null)).toBe(true);
  });

  it('only what is heard is fetched, and progress says how much', async () => {
    const folder = remoteFolder();
    const heard: FetchProgress[] = [];
    const { samples, startSeconds } = await decodeUrl(
      folder.url('jfk.wav'),
      { fromSeconds: 8, endSeconds: 9 },
      (progress) => heard.push(progress),
    );
    expect(startSeconds).toBe(8);
    expect(samples).toHaveLength(16_000);
    const { size } = await jfk();
    const log = await folder.log();
    // 8 s are at byte 256 044.
    expect(log.filter(({ fromByte, toByte }) => toByte > 65_536 && fromByte < 196_608)).toEqual([]);
    const fetched = log.reduce((sum, { fromByte, toByte }) => sum + toByte - fromByte, 0);
    expect(heard.at(-1)).toEqual({ fetchedBytes: fetched, totalBytes: size, retrySeconds: null });
  });

  it('a server that hides the size of its files is asked for it', async () => {
    const folder = remoteFolder();
    await folder.order([{ kind: 'unexposed', times: 0 }]);
    const { decodedSeconds } = await decodeUrl(folder.url('jfk.wav'));
    expect(decodedSeconds).toBe(11);
  });

  it('a redirect is followed', async () => {
    const folder = remoteFolder();
    await folder.order([{ kind: 'redirect', times: 0 }]);
    expect((await decodeUrl(folder.url('media/opus.webm'))).decodedSeconds).toBeGreaterThan(4.9);
  });
});

describe('a connection that fails is made again', () => {
  it.each([
    ['drops', { kind: 'drop', atByte: 100_000 }],
    ['falls silent', { kind: 'stall', atByte: 100_000 }],
    ['is busy', { kind: 'refuse', status: 503 }],
    ['has had too many requests', { kind: 'refuse', status: 429, retryAfterSeconds: 0 }],
  ] as const)('one that %s', async (_, fault) => {
    const folder = remoteFolder();
    const retries: number[] = [];
    await folder.order([{ ...fault, times: 2 }]);
    const { samples } = await decodeUrl(folder.url('jfk.wav'), {}, ({ retrySeconds }) => {
      if (retrySeconds !== null) retries.push(retrySeconds);
    });
    expect(samples).toEqual((await decodeFile(await jfk())).samples);
    expect(retries.length).toBeGreaterThan(0);
  });

  it('one that never comes back fails the job, so that it can go on from its checkpoint', async () => {
    const folder = remoteFolder();
    await folder.order([{ kind: 'drop', atByte: 200_000, times: 0 }]);
    const failure = await failureOf(decodeUrl(folder.url('jfk.wav')));
    expect(failure.code).toBe('fetch/interrupted');
    expect(failure.retryable).toBe(true);
  });
});

describe('what a server says is told apart', () => {
  it.each([
    [{ kind: 'refuse', status: 403 }, 'fetch/forbidden', { status: 403 }],
    [{ kind: 'refuse', status: 410 }, 'fetch/not-found', { status: 410 }],
    [{ kind: 'refuse', status: 500 }, 'fetch/busy', { status: 500 }],
    [{ kind: 'hide' }, 'fetch/not-found', { status: 404, name: 'jfk.wav' }],
    [{ kind: 'html' }, 'fetch/not-media', { answer: 'a web page instead of the file' }],
    [{ kind: 'no-cors' }, 'fetch/cross-origin', {}],
  ] as const)('%o: %s', async (fault, code, values) => {
    const folder = remoteFolder();
    await folder.order([{ ...fault, times: 0 }]);
    const failure = await failureOf(decodeUrl(folder.url('jfk.wav')));
    expect(failure.code).toBe(code);
    expect(failure.values).toMatchObject(values);
  });

  it('nobody there', async () => {
    const failure = await failureOf(decodeUrl('http://localhost:9/talk.mp3'));
    expect(failure.code).toBe('fetch/unreachable');
    expect(failure.values).toEqual({ host: 'localhost:9', offline: false });
  });

  it('another version in the middle', async () => {
    const folder = remoteFolder();
    await folder.order([{ kind: 'replaced' }]);
    expect((await failureOf(decodeUrl(folder.url('jfk.wav')))).code).toBe('fetch/changed');
  });

  it('a file that is no recording', async () => {
    const failure = await failureOf(decodeUrl(remoteFolder().url('log-mel.json')));
    expect(failure.code).toBe('media/unknown-format');
  });
});

describe('HLS', () => {
  it('the sound alone is fetched, in the language that is asked for', async () => {
    const folder = remoteFolder();
    const english = await decodeUrl(folder.url('hls/film.m3u8'));
    expect(english.tracks).toBe(2);
    expect(english.decodedSeconds).toBeGreaterThan(10.8);
    const german = await decodeUrl(folder.url('hls/film.m3u8'), { track: { language: 'de' } });
    expect(german.decodedSeconds).toBeGreaterThan(5.8);
    expect(german.decodedSeconds).toBeLessThan(6.2);
    const asked = new Set((await folder.log()).map(({ path }) => path));
    expect([...asked].filter((path) => /large|small|captions/.test(path))).toEqual([]);
  });

  it('a part is read without what lies before it', async () => {
    const folder = remoteFolder();
    const { startSeconds, samples } = await decodeUrl(folder.url('hls/en.m3u8'), {
      fromSeconds: 9,
      endSeconds: 10,
    });
    expect(startSeconds).toBeCloseTo(9, 1);
    expect(samples.length / 16_000).toBeCloseTo(1, 1);
    expect((await folder.log()).map(({ path }) => path)).not.toContain('hls/en-1.mpegts');
  });

  it('AES-128 is unlocked with the key it names', async () => {
    expect((await decodeUrl(remoteFolder().url('hls/locked.m3u8'))).decodedSeconds).toBeGreaterThan(10.8);
  });

  it('what has no end yet is refused', async () => {
    const failure = await failureOf(decodeUrl(remoteFolder().url('hls/live.m3u8')));
    expect(failure.code).toBe('media/live');
  });

  it('a segment that is gone fails with its name', async () => {
    const folder = remoteFolder();
    await folder.order([{ kind: 'hide', path: 'en-1' }]);
    const failure = await failureOf(decodeUrl(folder.url('hls/en.m3u8')));
    expect(failure.code).toBe('fetch/not-found');
    expect(failure.values).toMatchObject({ name: 'en-1.mpegts' });
  });
});
