/** Which of several audio tracks is heard. In: what a file has, and what a person chose. Out: the place of one. */
import { LonghandError } from '../lib/errors';

/** One audio track, as a person tells it from the others. */
export interface TrackInfo {
  codec: string;
  /** ISO 639-1 where there is such a code, else 639-3; null where the file does not say. */
  language: string | null;
  title: string | null;
  /** Null where only reading it would tell. */
  channels: number | null;
  isDefault: boolean;
  /** False where this browser has no decoder for it. */
  playable: boolean;
}

/** By its number, counted from 1, or by language; null takes the default one. */
export type TrackChoice = { number: number } | { language: string } | null;

/** The index of the chosen track. Throws `media/no-such-track`, `media/unsupported-codec`. */
export function chooseTrack(name: string, tracks: readonly TrackInfo[], choice: TrackChoice): number {
  const playable = tracks.filter((track) => track.playable);
  const noDecoder = (codecs: readonly TrackInfo[]) =>
    new LonghandError('media/unsupported-codec', {
      name,
      codec: codecs.map(({ codec }) => codec).join(', '),
    });
  if (choice === null) {
    const found = playable.find((track) => track.isDefault) ?? playable[0];
    if (!found) throw noDecoder(tracks);
    return tracks.indexOf(found);
  }
  const wanted =
    'number' in choice ? tracks.slice(choice.number - 1, choice.number) : inLanguage(tracks, choice.language);
  const found = wanted.find((track) => track.playable);
  if (found) return tracks.indexOf(found);
  if (wanted.length > 0) throw noDecoder(wanted);
  const track = 'number' in choice ? String(choice.number) : choice.language;
  throw new LonghandError('media/no-such-track', { name, track, tracks: tracks.map(describeTrack) });
}

function inLanguage(tracks: readonly TrackInfo[], language: string): TrackInfo[] {
  const wanted = languageCode(language);
  return tracks.filter((track) => track.language === wanted);
}

const describeTrack = (track: TrackInfo, index: number): string =>
  [index + 1, track.language, track.title, track.codec].filter(Boolean).join(' ');

/** `eng`, `en-US` and `EN` are all `en`; null for what says nothing. */
export function languageCode(tag: string | null): string | null {
  if (!tag || ['und', 'mis', 'mul', 'zxx'].includes(tag.toLowerCase())) return null;
  try {
    return new Intl.Locale(tag).language;
  } catch {
    return null;
  }
}
