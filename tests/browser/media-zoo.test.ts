/**
 * Files made by others, sound and broken (`../shared/media-zoo`, see its README). Each must decode to the length that
 * ffmpeg found, or give what can be read, or be refused with a code; none may hang or spoil the next one.
 */
import { describe, expect, it } from 'vitest';
import { isLonghandError } from '../../src/lib/errors';
import { decodeFile, type Decoded } from './decoded';
import { jfk } from './fixture-files';
import { readShared } from './shared-files';

/** Labelled as sound by the zoo, and yet: why we give another length (null for a refusal) than ffmpeg 5.1. */
const OTHERWISE: Record<string, { seconds: number | null; because: string }> = {
  'flac/exo-bear_32bit.flac': { seconds: 2.741, because: 'ffmpeg 5.1 lacks 32-bit FLAC' },
  'mp4/exo-sample_ac3_aac.mp4': { seconds: 0.3, because: 'ffmpeg decoded the AC-3 track, we the AAC one' },
  'hls/fmp4/playlist.m3u8': { seconds: null, because: 'a playlist needs its other files' },
  'hls/ts-mp3/manifest.m3u8': { seconds: null, because: 'a playlist needs its other files' },
  'hls/ts-text/av.m3u8': { seconds: null, because: 'a playlist needs its other files' },
  'hls/ts-text/index.m3u8': { seconds: null, because: 'a playlist needs its other files' },
  'mkv/mc-pcm_test_mulaw_ar-96000_ac-2.mka': { seconds: null, because: 'mediabunny does not read A_MS/ACM' },
  'mp4/exo-sample_partially_fragmented.mp4': {
    seconds: null,
    because: 'mediabunny reads the moov part only',
  },
  '3gp/mut-no-tags.3g2': { seconds: 14.954, because: 'mediabunny reads the moov part only' },
  'mp4/exo-sowt_pcm_variable_sample_size.mp4': {
    seconds: null,
    because: 'mediabunny takes PCM packets of any size for one audio frame',
  },
};

const manifest = await readShared('media-zoo/manifest.tsv');
const rows = manifest
  ? new TextDecoder()
      .decode(manifest)
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split('\t'))
      .map((cells) => ({ path: cells[0]!, expected: cells[1]!, seconds: Number(cells[8]) }))
      // Vite's server gives no keys away.
      .filter(({ path }) => !path.endsWith('.key'))
  : [];
if (rows.length === 0) it.skip('../shared/media-zoo is not here: its files are left out', () => undefined);

/** What was decoded, or the code of the refusal. */
async function readZooFile(path: string): Promise<Decoded | string> {
  const bytes = await readShared(`media-zoo/${path}`);
  if (!bytes) throw new Error(`${path} is missing`);
  try {
    return await decodeFile(new File([bytes], path.slice(path.lastIndexOf('/') + 1)));
  } catch (error) {
    if (isLonghandError(error)) return error.code;
    throw error;
  }
}

const sound = rows.filter(({ expected }) => expected === 'audio');
const others = rows.filter(({ expected }) => expected !== 'audio');

describe.skipIf(sound.length === 0)('sound files have the length that ffmpeg gives', () => {
  it.each(sound)('$path', async ({ path, seconds }) => {
    const otherwise = OTHERWISE[path];
    const read = await readZooFile(path);
    if (otherwise?.seconds === null) {
      if (typeof read === 'string') expect(read).toMatch(/^media\//);
      else expect(read.gaps).not.toEqual([]);
      return;
    }
    if (typeof read === 'string') throw new Error(`refused with ${read}`);
    const wanted = otherwise?.seconds ?? seconds;
    expect(Math.abs(read.decodedSeconds - wanted)).toBeLessThan(0.1);
    expect(Math.abs(read.endSeconds - wanted)).toBeLessThan(0.1);
  });
});

describe.skipIf(others.length === 0)('all others are read as far as they go or refused with a code', () => {
  it.each(others)('$path', async ({ path }) => {
    const read = await readZooFile(path);
    if (typeof read === 'string') expect(read).toMatch(/^(media|captions)\//);
    else expect(read.decodedSeconds).toBeGreaterThanOrEqual(0);
  });
});

it('a good file is read as before after all of them', async () => {
  expect((await decodeFile(await jfk())).decodedSeconds).toBe(11);
});
