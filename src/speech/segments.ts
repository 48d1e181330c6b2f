/**
 * Tokens to timed text. In: the tokens of one window and where it lies in the recording. Out: segments in order, inside
 * the window, none ending before it starts, with their words. Text before the first or after the last timestamp is kept.
 */
import type { DecodedWindow } from './decoder';
import type { Segment, SegmentWords } from './segment';
import type { Tokenizer } from './tokenizer';
import { SECONDS_PER_TIMESTAMP, type SpecialTokens } from './tokens';
import { splitWords, type WordTokens } from './words/split-words';
import type { WordEdges } from './words/word-edges';

export interface WindowPlace {
  startSeconds: number;
  endSeconds: number;
  chunkIndex: number;
}

export interface Span {
  /** Seconds from the start of the window; null where no timestamp says. */
  start: number | null;
  end: number | null;
  tokens: number[];
  logProbabilities: number[];
}

/** `edges`: when each word of all spans is said, in seconds of the window; missing where nobody asked. */
export function createSegments(
  window: DecodedWindow,
  place: WindowPlace,
  special: SpecialTokens,
  tokenizer: Pick<Tokenizer, 'decode'>,
  edges?: readonly WordEdges[],
): Segment[] {
  const length = place.endSeconds - place.startSeconds;
  const segments: Segment[] = [];
  let earliest = 0;
  let wordsBefore = 0;
  for (const span of splitAtTimestamps(window, special)) {
    const spoken = tokenizer.decode(span.tokens);
    const text = spoken.trim();
    const said = splitWords(span.tokens, tokenizer);
    const times = edges?.slice(wordsBefore, (wordsBefore += said.length));
    if (text === '') continue;
    const words = wordLists(text, said, span.logProbabilities, place, times);
    const start = clamp(span.start ?? earliest, earliest, length);
    const end = clamp(span.end ?? length, start, length);
    earliest = end;
    const former = segments.at(-1);
    if (former && splitsWord(former.text, spoken)) {
      former.words = joined(former.words!, former.text.length, words);
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
      words,
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
export function splitAtTimestamps(
  { tokens, logProbabilities }: Pick<DecodedWindow, 'tokens' | 'logProbabilities'>,
  special: SpecialTokens,
): Span[] {
  const spans: Span[] = [];
  let open: Span = { start: null, end: null, tokens: [], logProbabilities: [] };
  for (const [i, token] of tokens.entries()) {
    if (token < special.endOfText) {
      open.tokens.push(token);
      open.logProbabilities.push(logProbabilities[i]!);
    } else if (token >= special.firstTimestamp) {
      const seconds = (token - special.firstTimestamp) * SECONDS_PER_TIMESTAMP;
      if (open.tokens.length > 0) {
        spans.push({ ...open, end: seconds });
        open = { start: seconds, end: null, tokens: [], logProbabilities: [] };
      } else {
        open.start = seconds;
      }
    }
  }
  if (open.tokens.length > 0) spans.push(open);
  return spans;
}

function wordLists(
  text: string,
  said: readonly WordTokens[],
  logProbabilities: readonly number[],
  { startSeconds }: WindowPlace,
  times: readonly WordEdges[] | undefined,
): SegmentWords {
  let token = 0;
  // The text is trimmed, its words are not.
  let end = -(said[0]!.text.length - said[0]!.text.trimStart().length);
  const ends: number[] = [];
  const confidence: number[] = [];
  for (const word of said) {
    end += word.text.length;
    ends.push(Math.min(end, text.length));
    const probabilities = logProbabilities.slice(token, (token += word.tokens)).map(Math.exp);
    const mean = probabilities.reduce((sum, value) => sum + value, 0) / word.tokens;
    confidence.push(Math.round(100 * Math.min(1, mean)));
  }
  ends[ends.length - 1] = text.length;
  if (!times) return { ends, confidence };
  const ms = (seconds: number) => Math.round(1000 * (startSeconds + seconds));
  return {
    ends,
    confidence,
    startMs: times.map((word) => ms(word.startSeconds)),
    endMs: times.map((word) => ms(word.endSeconds)),
  };
}

/** Of a text that a timestamp cut within a word: the last of the former and the first of the latter are one. */
function joined(former: SegmentWords, length: number, latter: SegmentWords): SegmentWords {
  const last = former.ends.length - 1;
  const confidence = Math.min(former.confidence[last]!, latter.confidence[0]!);
  return {
    ends: [...former.ends.slice(0, last), ...latter.ends.map((end) => length + end)],
    confidence: [...former.confidence.slice(0, last), confidence, ...latter.confidence.slice(1)],
    ...(former.startMs && latter.startMs && former.endMs && latter.endMs
      ? {
          startMs: [...former.startMs, ...latter.startMs.slice(1)],
          endMs: [...former.endMs.slice(0, last), ...latter.endMs],
        }
      : {}),
  };
}

/** A segment as long as its words, where their times are known: they are truer than a model's timestamps. */
export function asLongAsItsWords(segment: Segment): Segment {
  const start = segment.words?.startMs?.[0];
  const end = segment.words?.endMs?.at(-1);
  if (start === undefined || end === undefined) return segment;
  return { ...segment, startSeconds: start / 1000, endSeconds: end / 1000 };
}

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);
