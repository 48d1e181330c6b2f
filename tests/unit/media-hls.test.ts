import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { chooseSound } from '../../src/media/hls/choose-audio';
import { isPlaylist, parseMasterPlaylist, subtitleRenditions } from '../../src/media/hls/master-playlist';

const film = readFileSync('tests/fixtures/hls/film.m3u8', 'utf8');
const master = parseMasterPlaylist(film)!;

it('a master playlist names its renditions and variants', () => {
  expect(isPlaylist(film)).toBe(true);
  expect(master.variants.map(({ path, bitsPerSecond }) => [path, bitsPerSecond])).toEqual([
    ['large.m3u8', 2_500_000],
    ['small.m3u8', 400_000],
  ]);
  expect(subtitleRenditions(master)).toMatchObject([
    { name: 'English', language: 'en', isDefault: true, forced: false, path: 'captions.m3u8' },
  ]);
});

it('a playlist of segments is none', () => {
  expect(parseMasterPlaylist(readFileSync('tests/fixtures/hls/en.m3u8', 'utf8'))).toBeNull();
});

it('the default language is heard unless another is asked for', () => {
  expect(chooseSound('film', master, null)).toMatchObject({ path: 'en.m3u8', index: 0 });
  expect(chooseSound('film', master, { language: 'ger' })).toMatchObject({ path: 'de.m3u8', index: 1 });
  expect(() => chooseSound('film', master, { number: 3 })).toThrow('media/no-such-track');
});

it('without renditions of sound the variant without pictures is read, else the smallest', () => {
  const variants = [
    '#EXT-X-STREAM-INF:BANDWIDTH=900000,CODECS="avc1.640028,mp4a.40.2"\nlarge.m3u8',
    '#EXT-X-STREAM-INF:BANDWIDTH=100000,CODECS="avc1.640028,mp4a.40.2"\nsmall.m3u8',
  ];
  const sound = '#EXT-X-STREAM-INF:BANDWIDTH=128000,CODECS="mp4a.40.2"\nsound.m3u8';
  const chosen = (lines: string[]) =>
    chooseSound('film', parseMasterPlaylist(['#EXTM3U', ...lines].join('\n'))!, null).path;
  expect(chosen(variants)).toBe('small.m3u8');
  expect(chosen([...variants, sound])).toBe('sound.m3u8');
});
