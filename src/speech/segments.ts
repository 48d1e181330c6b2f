/**
 * Tokens to timed text. In: the tokens of one window and where it lies in the recording. Out: segments in order, inside
 * the window, none ending before it starts. Text before the first or after the last timestamp is kept.
 */
import type { DecodedWindow } from './decoder';
import type { Segment } from './segment';
import type { Tokenizer } from './tokenizer';
import { SECONDS_PER_TIMESTAMP, type SpecialTokens } from './tokens';

export interface WindowPlace {
  startSeconds: number;
  endSeconds: number;
  chunkIndex: number;
}

interface Span {
  /** Seconds from the start of the window; null where no timestamp says. */
  start: number | null;
  end: number | null;
  tokens: number[];
}

export function createSegments(
  window: DecodedWindow,
  place: WindowPlace,
  special: SpecialTokens,
  tokenizer: Tokenizer,
): Segment[] {
  const length = place.endSeconds - place.startSeconds;
  const segments: Segment[] = [];
  let earliest = 0;
  for (const span of splitAtTimestamps(window.tokens, special)) {
    const spoken = tokenizer.decode(span.tokens);
    const text = spoken.trim();
    if (text === '') continue;
    const start = clamp(span.start ?? earliest, earliest, length);
    const end = clamp(span.end ?? length, start, length);
    earliest = end;
    const former = segments.at(-1);
    if (former && splitsWord(former.text, spoken)) {
      former.text += text;
      former.endSeconds = place.startSeconds + end;
      continue;
    }
    segments.push({
      startSeconds: place.startSeconds + start,
      endSeconds: place.startSeconds + end,
      text,
      noSpeechProbability: window.noSpeechProbability,
      averageLogProbability: window.averageLogProbability,
      chunkIndex: place.chunkIndex,
    });
  }
  return segments;
}

/**
 * A timestamp in the middle of a word, or before its full stop: they meet without a space. Only lower case tells, so
 * that scripts without spaces and without case keep their segments.
 */
const splitsWord = (former: string, spoken: string): boolean =>
  /\p{L}$/u.test(former) && /^(\p{Ll}|[.,;:!?])/u.test(spoken);

/** Runs of text between timestamps; special tokens that slipped in are dropped. */
function splitAtTimestamps(tokens: readonly number[], special: SpecialTokens): Span[] {
  const spans: Span[] = [];
  let open: Span = { start: null, end: null, tokens: [] };
  for (const token of tokens) {
    if (token < special.endOfText) {
      open.tokens.push(token);
    } else if (token >= special.firstTimestamp) {
      const seconds = (token - special.firstTimestamp) * SECONDS_PER_TIMESTAMP;
      if (open.tokens.length > 0) {
        spans.push({ ...open, end: seconds });
        open = { start: seconds, end: null, tokens: [] };
      } else {
        open.start = seconds;
      }
    }
  }
  if (open.tokens.length > 0) spans.push(open);
  return spans;
}

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);
