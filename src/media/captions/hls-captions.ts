/**
 * Subtitles of an HLS film. In: its master playlist's bytes, which know how to open what they name. Out: a track for
 * each rendition of WebVTT; null where the bytes are no playlist. A rendition that cannot be fetched is left out.
 * Source: RFC 8216, sections 3.5 and 4.3.4.1.
 */
import type { ByteSource } from '../bytes/byte-source';
import {
  isPlaylist,
  parseMasterPlaylist,
  subtitleRenditions,
  type HlsRendition,
} from '../hls/master-playlist';
import type { CaptionTrack, FoundCaptions } from './cue';
import { readCueBlocks } from './cue-blocks';
import { CueList } from './cue-list';
import { languageTag } from './language';
import { MOST_FILE_BYTES, MOST_TRACKS, type SearchClock } from './limits';
import { decodeText } from './text-encoding';

type Rendition = HlsRendition & { path: string };

/** Clock of MPEG transport streams, to which segments tie their own. */
const MPEG_HERTZ = 90_000;

export async function readHlsCaptions(bytes: ByteSource, clock: SearchClock): Promise<FoundCaptions | null> {
  if (!bytes.sibling || !isPlaylist(decodeText(await bytes.read(0, 10)))) return null;
  const master = parseMasterPlaylist(decodeText(await bytes.read(0, MOST_FILE_BYTES)));
  const tracks: CaptionTrack[] = [];
  for (const rendition of master ? subtitleRenditions(master).slice(0, MOST_TRACKS) : []) {
    const track = await readRendition(bytes, rendition, clock).catch(() => null);
    if (track && track.cues.length > 0) tracks.push(track);
    if (clock.passed) break;
  }
  const sound = master?.renditions.find(({ kind, isDefault }) => kind === 'AUDIO' && isDefault);
  return { tracks, soundLanguage: languageTag(sound?.language), durationSeconds: null };
}

async function readRendition(
  master: ByteSource,
  { path, name, language, isDefault, forced }: Rendition,
  clock: SearchClock,
): Promise<CaptionTrack> {
  const playlist = await master.sibling!(path);
  const cues = new CueList();
  let cut = false;
  try {
    const lines = (await readText(playlist)).split(/\r?\n/).map((line) => line.trim());
    // The clocks of transport streams start anywhere; the first segment with one says where.
    let origin: number | null = null;
    for (const segment of lines.filter((line) => line !== '' && !line.startsWith('#'))) {
      cut = clock.passed || cues.full;
      if (cut) break;
      const file = await playlist.sibling!(segment);
      try {
        const text = await readText(file);
        const map = timestampMap(text);
        if (map !== null) origin ??= map;
        readCueBlocks(text, 'WebVTT', cues, map === null ? 0 : map - origin!);
      } finally {
        file.close();
      }
    }
  } finally {
    playlist.close();
  }
  const tag = languageTag(language);
  const title = name === language ? '' : name;
  return {
    place: 'stream',
    title,
    language: tag,
    format: 'WebVTT',
    preferred: isDefault,
    forced,
    cues: cues.finish(),
    cut,
  };
}

async function readText(bytes: ByteSource): Promise<string> {
  return decodeText(await bytes.read(0, MOST_FILE_BYTES));
}

/** What is added to times of this segment to have those of the stream. */
function timestampMap(text: string): number | null {
  const line = /^X-TIMESTAMP-MAP=(.*)$/m.exec(text)?.[1];
  const mpeg = /MPEGTS:(\d{1,12})/.exec(line ?? '')?.[1];
  const local = /LOCAL:(?:(\d+):)?(\d+):(\d+(?:\.\d+)?)/.exec(line ?? '');
  if (mpeg === undefined || !local) return null;
  const [, hours = '0', minutes, seconds] = local;
  return Number(mpeg) / MPEG_HERTZ - (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds));
}
