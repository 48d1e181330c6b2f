/**
 * The sound of a film in HLS. In: its master playlist, and which track is wanted. Out: the playlist to read: a rendition
 * of sound alone, else the smallest variant, since pictures are fetched for nothing.
 */
import { chooseTrack, type TrackChoice, type TrackInfo } from '../track-choice';
import type { HlsMaster, HlsVariant } from './master-playlist';

const VIDEO_CODEC = /^(avc|hvc|hev|dvh|vp0?[89]|av01|mp4v)/;

export interface HlsSound {
  /** Relative to the master playlist. */
  path: string;
  tracks: TrackInfo[];
  index: number;
}

export function chooseSound(name: string, master: HlsMaster, choice: TrackChoice): HlsSound {
  const variant = smallestVariant(master.variants);
  const group = master.renditions.filter(
    (each) => each.kind === 'AUDIO' && variant.audioGroup !== null && each.group === variant.audioGroup,
  );
  const codec = variant.codecs?.find((each) => !VIDEO_CODEC.test(each))?.split('.')[0] ?? 'hls';
  const tracks: TrackInfo[] = group.map(({ language, name: title, channels, isDefault }) => ({
    codec,
    language,
    title,
    channels,
    isDefault,
    playable: true,
  }));
  if (tracks.length === 0)
    tracks.push({ codec, language: null, title: null, channels: null, isDefault: true, playable: true });
  const index = chooseTrack(name, tracks, choice);
  return { path: group[index]?.path ?? variant.path, tracks, index };
}

function smallestVariant(variants: readonly HlsVariant[]): HlsVariant {
  const rank = (each: HlsVariant) =>
    each.bitsPerSecond + (each.codecs && !each.codecs.some((codec) => VIDEO_CODEC.test(codec)) ? 0 : 1e12);
  return variants.reduce((best, each) => (rank(each) < rank(best) ? each : best));
}
