/**
 * HLS master playlists: which renditions and variants of a film there are. In: the text. Out: what it names, or null
 * where it is a playlist of segments. Ours and not the library's, which asks for the first segments of all variants.
 * Source: RFC 8216, section 4.3.4.
 */
import { languageCode } from '../track-choice';

export interface HlsRendition {
  kind: 'AUDIO' | 'SUBTITLES' | 'VIDEO' | 'CLOSED-CAPTIONS';
  group: string;
  name: string;
  language: string | null;
  isDefault: boolean;
  forced: boolean;
  channels: number | null;
  /** Relative to the playlist; null where it comes with the variants. */
  path: string | null;
}

export interface HlsVariant {
  path: string;
  bitsPerSecond: number;
  /** As in MIME types; null where the playlist does not say. */
  codecs: string[] | null;
  audioGroup: string | null;
  subtitlesGroup: string | null;
}

export interface HlsMaster {
  renditions: HlsRendition[];
  variants: HlsVariant[];
}

/** What all playlists begin with. */
export const isPlaylist = (text: string): boolean => /^\uFEFF?#EXTM3U/.test(text);

export function parseMasterPlaylist(text: string): HlsMaster | null {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const master: HlsMaster = { renditions: [], variants: [] };
  lines.forEach((line, index) => {
    if (line.startsWith('#EXT-X-MEDIA:')) master.renditions.push(parseRendition(line));
    if (!line.startsWith('#EXT-X-STREAM-INF:')) return;
    const path = lines.slice(index + 1).find((next) => next !== '' && !next.startsWith('#'));
    if (path !== undefined) master.variants.push(parseVariant(line, path));
  });
  return master.variants.length > 0 ? master : null;
}

/** Renditions of subtitles that have a playlist of their own. */
export const subtitleRenditions = (master: HlsMaster): (HlsRendition & { path: string })[] =>
  master.renditions.filter(
    (each): each is HlsRendition & { path: string } => each.kind === 'SUBTITLES' && each.path !== null,
  );

function parseRendition(line: string): HlsRendition {
  const attributes = parseAttributes(line);
  const channels = Number.parseInt(attributes.get('CHANNELS') ?? '', 10);
  return {
    kind: (attributes.get('TYPE') ?? '') as HlsRendition['kind'],
    group: attributes.get('GROUP-ID') ?? '',
    name: attributes.get('NAME') ?? '',
    language: languageCode(attributes.get('LANGUAGE') ?? null),
    isDefault: attributes.get('DEFAULT') === 'YES',
    forced: attributes.get('FORCED') === 'YES',
    channels: channels > 0 ? channels : null,
    path: attributes.get('URI') ?? null,
  };
}

function parseVariant(line: string, path: string): HlsVariant {
  const attributes = parseAttributes(line);
  return {
    path,
    bitsPerSecond: Number(attributes.get('BANDWIDTH')) || Infinity,
    codecs:
      attributes
        .get('CODECS')
        ?.split(',')
        .map((codec) => codec.trim()) ?? null,
    audioGroup: attributes.get('AUDIO') ?? null,
    subtitlesGroup: attributes.get('SUBTITLES') ?? null,
  };
}

function parseAttributes(line: string): Map<string, string> {
  const found = line.slice(line.indexOf(':') + 1).matchAll(/([A-Z0-9-]+)=("[^"]*"|[^,]*)/g);
  return new Map([...found].map(([, name, value]) => [name!, value!.replace(/^"|"$/g, '')]));
}
