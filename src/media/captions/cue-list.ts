/**
 * Cues as they are found become a tidy list. In: times and text in any order, some of them nonsense. Out: cues in
 * order of time with an end, without empty ones, without repeats that only a screen needs.
 */
import type { CaptionCue } from './cue';
import { MOST_CUE_LENGTH, MOST_CUES } from './limits';

/** Where neither the cue nor its successor tells an end. */
const LONGEST_GUESSED_SECONDS = 5;
/** Times beyond this are damage: a recording of eleven days. */
const LATEST_SECONDS = 1e6;
/** Between cues of roll-up captions. */
const TOUCHING_SECONDS = 0.1;

/** Of one caption, shown at the same time. */
const MOST_LAYERS = 16;

interface RawCue {
  startSeconds: number;
  /** Null: until the next one. */
  endSeconds: number | null;
  text: string;
  speaker?: string | null | undefined;
}

export class CueList {
  #cues: RawCue[] = [];
  #full = false;

  /** Text that was left out for its sheer amount. */
  get full(): boolean {
    return this.#full;
  }

  add({ startSeconds, endSeconds, text, speaker }: RawCue): void {
    const tidy = tidyText(text);
    if (tidy === '' || !Number.isFinite(startSeconds) || startSeconds > LATEST_SECONDS) return;
    if (this.#cues.length >= MOST_CUES) {
      this.#full = true;
      return;
    }
    const start = Math.max(0, startSeconds);
    const known = endSeconds !== null && Number.isFinite(endSeconds) && endSeconds <= LATEST_SECONDS;
    // It was over before the recording began.
    if (known && startSeconds < 0 && endSeconds <= 0) return;
    this.#cues.push({
      startSeconds: start,
      endSeconds: known && endSeconds > start ? endSeconds : null,
      text: tidy,
      speaker: tidyText(speaker ?? '').replaceAll('\n', ' ') || null,
    });
  }

  finish(): CaptionCue[] {
    const sorted = this.#cues.sort((a, b) => a.startSeconds - b.startSeconds);
    const cues: CaptionCue[] = [];
    let nextStart = Infinity;
    for (let index = sorted.length - 1; index >= 0; index--) {
      const { startSeconds, endSeconds, text, speaker } = sorted[index]!;
      const following = sorted[index + 1]?.startSeconds ?? Infinity;
      if (following > startSeconds) nextStart = following;
      const guessed = Math.min(nextStart, startSeconds + LONGEST_GUESSED_SECONDS);
      cues.push({ startSeconds, endSeconds: endSeconds ?? guessed, text, speaker: speaker ?? null });
    }
    cues.reverse();
    return unroll(withoutDoubles(cues));
  }
}

/** Signs that are not to be seen: controls, and marks of direction that would turn what stands beside them. */
const UNSEEN = /[\p{Cc}\p{Cf}]/gu;
/** Of these, what joins letters and emoji is part of the text. */
const JOINERS = /[\u200c\u200d]/;

/** Lines without space around them, no empty ones; cut where nobody would read on. */
function tidyText(text: string): string {
  return text
    .slice(0, MOST_CUE_LENGTH)
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) => line.replace(/\s+/g, ' ').replace(UNSEEN, (sign) => (JOINERS.test(sign) ? sign : '')))
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');
}

/** The same line at the same time: outline and fill of a styled caption, or a fragment sent twice. */
function withoutDoubles(cues: CaptionCue[]): CaptionCue[] {
  return cues.filter((cue, index) => {
    for (let before = index - 1; before >= Math.max(0, index - MOST_LAYERS); before--) {
      const other = cues[before]!;
      if (other.startSeconds !== cue.startSeconds) return true;
      if (other.text === cue.text && other.endSeconds === cue.endSeconds && other.speaker === cue.speaker)
        return false;
    }
    return true;
  });
}

/**
 * Roll-up captions show the last line again above the new one (television, the automatic captions of video sites).
 * Read as text every line would stand twice. Only where most cues do so is it taken for that: people repeat themselves.
 */
function unroll(cues: CaptionCue[]): CaptionCue[] {
  const rolled = cues.map((cue, index) => rolledLines(cues[index - 1], cue));
  const count = rolled.filter((lines) => lines > 0).length;
  if (count < 3 || count < cues.length / 3) return cues;
  return cues
    .map((cue, index) => ({ ...cue, text: cue.text.split('\n').slice(rolled[index]).join('\n') }))
    .filter((cue) => cue.text !== '');
}

/** How many of the cue's first lines are the last ones of the cue before, which it follows without a pause. */
function rolledLines(before: CaptionCue | undefined, cue: CaptionCue): number {
  if (!before || cue.startSeconds > before.endSeconds + TOUCHING_SECONDS) return 0;
  const old = before.text.split('\n');
  const now = cue.text.split('\n');
  for (let lines = Math.min(old.length, now.length); lines > 0; lines--) {
    if (old.slice(-lines).join('\n') === now.slice(0, lines).join('\n')) return lines;
  }
  return 0;
}
