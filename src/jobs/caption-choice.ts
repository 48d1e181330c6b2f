/**
 * What becomes of captions that came with a recording. In: the tracks found, and what the user wants. Out: a plan, a
 * question to the user, or neither. Pure.
 * The one decision to know: captions in another language than the one asked for are a translation, and are not taken
 * unasked (docs/decisions/0025-captions-first.md).
 */
import { joinRanges, totalSeconds, type TimeRange } from '../lib/time-ranges';
import type {
  CaptionCue,
  CaptionFormat,
  CaptionPlace,
  CaptionTrack,
  FoundCaptions,
} from '../media/captions/cue';

/**
 * `ask` holds the job until the user has chosen; `auto` takes the best track and has the rest recognized where it
 * covers little; `only` never recognizes; `fill` has the rest recognized in any case; `ignore` looks for none.
 */
export type CaptionsUse = 'ask' | 'auto' | 'only' | 'fill' | 'ignore';

/** What a person can choose. */
export type CaptionAnswer = Exclude<CaptionsUse, 'ask'>;

/** A track as it is offered: everything but its text. */
export interface CaptionOffer {
  /** Its place among the tracks found. */
  index: number;
  place: CaptionPlace;
  title: string;
  language: string | null;
  format: CaptionFormat;
  cues: number;
  /** 0 to 1 of the recording; null where its length is not known yet. */
  coverage: number | null;
  /** It was not read to its end. */
  cut: boolean;
}

export interface CaptionPlan {
  offer: CaptionOffer;
  cues: readonly CaptionCue[];
  /** What the captions cover, short pauses included. */
  ranges: readonly TimeRange[];
  /** Whether the rest is recognized. */
  fill: boolean;
}

export type CaptionDecision =
  { kind: 'none' } | { kind: 'ask'; offers: CaptionOffer[] } | { kind: 'use'; plan: CaptionPlan };

/** People pause between cues; in a longer hole somebody may have spoken. */
const PAUSE_SECONDS = 5;
/** Below this share `auto` does not believe that the captions are all there is. */
const LOW_COVERAGE = 0.6;

export interface CaptionWishes {
  use: CaptionsUse;
  /** Place of the track among those found; null for the best. */
  track: number | null;
  /** ISO 639-1, null for any. */
  language: string | null;
  /** What of the recording is wanted; absent: all of it. */
  part?: { startSeconds: number; endSeconds: number | null };
}

export function decideCaptions(
  found: FoundCaptions,
  { use, track, language, part = { startSeconds: 0, endSeconds: null } }: CaptionWishes,
): CaptionDecision {
  const ranked = rankTracks(found, language);
  const chosen = track === null ? ranked[0] : found.tracks[track];
  if (use === 'ignore' || !chosen) return { kind: 'none' };
  if (use === 'ask') return { kind: 'ask', offers: offersOf(found, language) };
  // The best one may still be in the wrong language; only a person may take that.
  if (use === 'auto' && track === null && language !== null && !speaks(chosen, language))
    return { kind: 'none' };
  const offer = offerOf(chosen, found);
  const fill = use === 'fill' || (use === 'auto' && (chosen.cut || (offer.coverage ?? 1) < LOW_COVERAGE));
  return { kind: 'use', plan: { offer, cues: cuesOf(chosen, part), ranges: coveredRanges(chosen), fill } };
}

/** What was found, the best first. */
export const offersOf = (found: FoundCaptions, language: string | null): CaptionOffer[] =>
  rankTracks(found, language).map((track) => offerOf(track, found));

const primary = (tag: string | null): string | null => tag?.split('-')[0] ?? null;
/** A track that does not tell its language may be in any. */
const speaks = (track: CaptionTrack, language: string): boolean =>
  track.language === null || primary(track.language) === primary(language);

/** Those that begin in the part. */
function cuesOf({ cues }: CaptionTrack, part: NonNullable<CaptionWishes['part']>): readonly CaptionCue[] {
  const end = part.endSeconds ?? Infinity;
  return cues.filter(({ startSeconds }) => startSeconds >= part.startSeconds && startSeconds < end);
}

const coveredRanges = ({ cues }: CaptionTrack): TimeRange[] => joinRanges(cues, PAUSE_SECONDS);

function offerOf(track: CaptionTrack, { tracks, durationSeconds }: FoundCaptions): CaptionOffer {
  const { place, title, language, format, cues, cut } = track;
  const covered = totalSeconds(coveredRanges(track));
  const length = durationSeconds === null ? null : Math.max(durationSeconds, cues.at(-1)?.endSeconds ?? 0);
  const coverage = length === null || length === 0 ? null : Math.min(1, covered / length);
  return { index: tracks.indexOf(track), place, title, language, format, cues: cues.length, coverage, cut };
}

/**
 * The language asked for, else the one that is spoken; all there is before what is forced; what was put beside the
 * recording before what is inside it; then what its author prefers, then the one with most of the recording.
 */
function rankTracks({ tracks, soundLanguage }: FoundCaptions, language: string | null): CaptionTrack[] {
  const wanted = language ?? soundLanguage;
  const marks = (track: CaptionTrack): number[] => [
    wanted !== null && primary(track.language) === primary(wanted) ? 1 : 0,
    wanted !== null && track.language === null ? 1 : 0,
    track.forced ? 0 : 1,
    track.place === 'beside' ? 1 : 0,
    track.preferred ? 1 : 0,
    totalSeconds(coveredRanges(track)),
  ];
  const ranked = tracks.map((track) => ({ track, marks: marks(track) }));
  ranked.sort((a, b) => {
    const differing = a.marks.findIndex((mark, index) => mark !== b.marks[index]);
    return differing === -1 ? 0 : b.marks[differing]! - a.marks[differing]!;
  });
  return ranked.map(({ track }) => track);
}
