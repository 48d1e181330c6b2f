import { expect, it } from 'vitest';
import { fileBytes, type ByteSource } from '../../src/media/bytes/byte-source';
import { findCaptions } from '../../src/media/captions/find-captions';

/** A folder of texts, opened by their paths. */
function folder(files: Record<string, string>): (path: string) => ByteSource {
  const open = (path: string): ByteSource => {
    const text = files[path];
    if (text === undefined) throw new Error(`no ${path}`);
    return Object.assign(fileBytes(new Blob([text]), path), {
      sibling: (other: string) => Promise.resolve().then(() => open(other)),
    });
  };
  return open;
}

const MASTER = `#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="English",LANGUAGE="en",DEFAULT=YES,URI="sound.m3u8"
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="English",LANGUAGE="en",DEFAULT=YES,URI="en.m3u8"
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="de",LANGUAGE="de",FORCED=YES,URI="de.m3u8"
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="gone",LANGUAGE="fr",URI="fr.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=1000,AUDIO="a",SUBTITLES="s"
film.m3u8
`;
const segment = (mpegts: number, cues: string) =>
  `WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:${mpegts},LOCAL:00:00:00.000\n\n${cues}\n`;

const files = {
  'master.m3u8': MASTER,
  'en.m3u8': '#EXTM3U\n#EXTINF:6,\n1.vtt\n#EXTINF:6,\n2.vtt\n#EXT-X-ENDLIST\n',
  // The stream's clock begins at ten seconds; a cue that reaches into the next segment stands in both.
  '1.vtt': segment(900_000, '00:01.000 --> 00:02.000\none\n\n00:05.000 --> 00:07.000\ntwo'),
  '2.vtt': segment(1_440_000, '00:00.000 --> 00:01.000\nthree'),
  'de.m3u8': '#EXTM3U\n#EXTINF:12,\nde.vtt\n#EXT-X-ENDLIST\n',
  'de.vtt': 'WEBVTT\n\n00:03.000 --> 00:04.000\nSchild\n',
};

it('renditions of subtitles are read piece by piece, on the clock of the stream', async () => {
  const { signal } = new AbortController();
  const { tracks, soundLanguage } = await findCaptions(folder(files)('master.m3u8'), [], signal);
  expect(soundLanguage).toBe('en');
  expect(tracks).toMatchObject([
    { place: 'stream', title: 'English', language: 'en', preferred: true, forced: false },
    { place: 'stream', title: '', language: 'de', preferred: false, forced: true },
  ]);
  expect(tracks[0]!.cues.map(({ startSeconds, text }) => [startSeconds, text])).toEqual([
    [1, 'one'],
    [5, 'two'],
    [6, 'three'],
  ]);
});

it('a playlist of segments alone has none', async () => {
  const { signal } = new AbortController();
  expect((await findCaptions(folder(files)('en.m3u8'), [], signal)).tracks).toEqual([]);
});
