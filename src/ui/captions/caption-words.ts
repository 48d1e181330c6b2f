/** A caption track in words. Pure; names come from files and are only ever text. */
import type { CaptionOffer } from '../../jobs/caption-choice';
import type { Segment } from '../../speech/segment';
import { count } from '../format';

const PLACES = { inside: 'inside', beside: 'beside it', stream: 'in the stream' } as const;

/** `English`; the code where it has no name here. */
export function languageName(tag: string | null): string {
  if (tag === null) return 'language not told';
  return new Intl.DisplayNames(['en'], { type: 'language', fallback: 'code' }).of(tag) ?? tag;
}

/** `English, 412 cues, covering 93 %`. */
export function trackWords({ language, cues, coverage, cut }: CaptionOffer): string {
  const share = coverage === null ? '' : `, covering ${percent(coverage)}`;
  return `${languageName(language)}, ${count(cues, 'cue')}${share}${cut ? ', not read to the end' : ''}`;
}

/** One line of a list to choose from: `English, 412 cues, covering 93 % (talk.en.srt, SubRip beside it)`. */
export function choiceWords(offer: CaptionOffer): string {
  const place = `${offer.format} ${PLACES[offer.place]}`;
  return `${trackWords(offer)} (${[offer.title, place].filter(Boolean).join(', ')})`;
}

/** Nothing is rounded up to all of it. */
const percent = (share: number): string => `${share < 1 ? Math.min(99, Math.round(share * 100)) : 100} %`;

/** Where a text comes from, as far as it was not recognized: names of tracks, and whether that is all of it. */
export function captionsIn(segments: readonly Segment[]): { tracks: string[]; all: boolean } {
  const origins = segments.flatMap(({ origin }) => (origin ? [origin.track] : []));
  return { tracks: [...new Set(origins)], all: segments.length > 0 && origins.length === segments.length };
}
