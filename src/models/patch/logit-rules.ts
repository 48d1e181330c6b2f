/**
 * Whisper's rules for the next token, as graph nodes over a batch of logits.
 * In: logits `[batch, vocabulary]` with suppressed tokens already ruled out, and what each row has said so far.
 * Out: the token of each row and its log probability.
 * The decision: the vocabulary lies as text, end of text and other specials, timestamps; every rule allows or forbids
 * one of these parts, or a beginning of the timestamps. So the parts are reduced to maximum and log-sum-exp, and the
 * rules are arithmetic on a few numbers per row instead of masks over the vocabulary.
 * Rules: ApplyTimestampRules in https://github.com/openai/whisper/blob/main/whisper/decoding.py
 */
import { RULED_OUT } from './decoder-pass';
import type { GraphBuilder } from './graph-builder';

/** Names of scalar-like int64 vectors of length 1, values of the outermost graph. */
export interface Vocabulary {
  readonly endOfText: string;
  /** First timestamp token; the vocabulary's size where the rules are off. */
  readonly timestampBegin: string;
  /** Last token allowed as the first timestamp. */
  readonly lastInitialTimestamp: string;
  readonly size: string;
  /** int64 `[1, timestamps + 1]`: the timestamp tokens, and one past the vocabulary. */
  readonly timestampTokens: string;
  /** float32 `[batch, 1]` of RULED_OUT: the logit of the token past the vocabulary. */
  readonly pastVocabulary: string;
  /** bool: whether the timestamp rules are on. */
  readonly hasTimestamps: string;
}

/** What the rules know of a row, each `[batch, 1]`. */
export interface RowState {
  /** bool */
  readonly lastWasTimestamp: string;
  /** bool; true as well before there are two tokens. */
  readonly penultimateWasTimestamp: string;
  /** int64; the latest timestamp, one below the first where there was none. */
  readonly latestTimestamp: string;
  /** bool */
  readonly ended: string;
}

export interface Choice {
  /** int64 `[batch, 1]`; end of text in rows that had ended. */
  readonly token: string;
  /** float32 `[batch, 1]`, natural log, among the tokens that the rules allow; 0 in rows that had ended. */
  readonly logProbability: string;
  readonly state: RowState;
}

interface Part {
  /** The part's best logit, its token, and the log-sum-exp of the part, each `[batch, 1]`. */
  readonly best: string;
  readonly token: string;
  readonly mass: string;
}

/** `state` null: the first token after the prompt, where only an early timestamp may stand. */
export function chooseToken(
  b: GraphBuilder,
  logits: string,
  vocabulary: Vocabulary,
  state: RowState | null,
): Choice {
  const { endOfText, timestampBegin, size } = vocabulary;
  const ruledOut = b.float32(RULED_OUT);
  const slice = (from: string, to: string) => b.node('Slice', [logits, from, to, b.int64([1])]);
  const text = reduce(b, slice(b.int64([0]), endOfText), null);
  const special = reduce(b, slice(endOfText, timestampBegin), endOfText);

  const timestampLogits = b.node('Concat', [slice(timestampBegin, size), vocabulary.pastVocabulary], {
    axis: 1,
  });
  const isAllowed = allowedTimestamps(b, vocabulary, state);
  const timestamp = reduce(b, b.node('Where', [isAllowed, timestampLogits, ruledOut]), timestampBegin);

  const textAllowed = state
    ? b.node('Not', [b.node('And', [state.lastWasTimestamp, b.node('Not', [state.penultimateWasTimestamp])])])
    : b.node('Not', [vocabulary.hasTimestamps]);
  const ifAllowed = (isPartAllowed: string, value: string) =>
    b.node('Where', [isPartAllowed, value, ruledOut]);
  const textBest = ifAllowed(textAllowed, text.best);
  const textMass = ifAllowed(textAllowed, text.mass);
  const specialBest = state ? special.best : ifAllowed(textAllowed, special.best);
  const specialMass = state ? special.mass : ifAllowed(textAllowed, special.mass);

  const wordBest = b.node('Max', [textBest, specialBest]);
  const wordToken = b.node('Where', [
    b.node('GreaterOrEqual', [textBest, specialBest]),
    text.token,
    special.token,
  ]);
  const isTimestamp = b.node('Greater', [timestamp.mass, wordBest]);
  const masses = b.node('Concat', [textMass, specialMass, timestamp.mass], { axis: 1 });
  const allMass = b.node('ReduceLogSumExp', [masses, b.int64([1])], { keepdims: 1 });
  const best = b.node('Where', [isTimestamp, timestamp.best, wordBest]);
  const logProbability = b.node('Sub', [best, b.node('Where', [isTimestamp, timestamp.mass, allMass])]);
  const token = b.node('Where', [isTimestamp, timestamp.token, wordToken]);
  return advance(b, token, logProbability, vocabulary, state);
}

/** bool `[batch or 1, timestamps + 1]` */
function allowedTimestamps(b: GraphBuilder, vocabulary: Vocabulary, state: RowState | null): string {
  const tokens = vocabulary.timestampTokens;
  if (!state) return b.node('LessOrEqual', [tokens, vocabulary.lastInitialTimestamp]);
  const { lastWasTimestamp, penultimateWasTimestamp, latestTimestamp } = state;
  const next = b.node('Add', [latestTimestamp, b.int64([1])]);
  // A timestamp that closes a segment may open the next one, so it may be repeated once.
  const mayRepeat = b.node('And', [lastWasTimestamp, b.node('Not', [penultimateWasTimestamp])]);
  const least = b.node('Where', [mayRepeat, latestTimestamp, next]);
  const none = b.node('And', [lastWasTimestamp, penultimateWasTimestamp]);
  const pastAll = b.node('Add', [vocabulary.size, b.int64([1])]);
  return b.node('GreaterOrEqual', [tokens, b.node('Where', [none, pastAll, least])]);
}

function reduce(b: GraphBuilder, logits: string, firstToken: string | null): Part {
  const index = b.node('ArgMax', [logits], { axis: 1, keepdims: 1 });
  const best = b.node('GatherElements', [logits, index], { axis: 1 });
  const logSoftmax = b.node('LogSoftmax', [logits], { axis: -1 });
  const mass = b.node('Sub', [best, b.node('GatherElements', [logSoftmax, index], { axis: 1 })]);
  return { best, token: firstToken === null ? index : b.node('Add', [index, firstToken]), mass };
}

function advance(
  b: GraphBuilder,
  chosen: string,
  chosenLogProbability: string,
  { endOfText, timestampBegin }: Vocabulary,
  state: RowState | null,
): Choice {
  const token = state ? b.node('Where', [state.ended, endOfText, chosen]) : chosen;
  const logProbability = state
    ? b.node('Where', [state.ended, b.float32(0), chosenLogProbability])
    : chosenLogProbability;
  const lastWasTimestamp = b.node('GreaterOrEqual', [token, timestampBegin]);
  const before = state?.latestTimestamp ?? b.node('Sub', [timestampBegin, b.int64([1])]);
  const penultimateWasTimestamp = state
    ? b.node('Identity', [state.lastWasTimestamp])
    : b.node('Equal', [token, token]);
  return {
    token,
    logProbability,
    state: {
      lastWasTimestamp,
      penultimateWasTimestamp,
      latestTimestamp: b.node('Where', [lastWasTimestamp, token, before]),
      ended: b.node('Equal', [token, endOfText]),
    },
  };
}
