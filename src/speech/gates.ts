/** Text that is not believed. In: a decoded window. Out: whether nobody speaks there, or nobody could have said so much. */
import { rangesInside, totalSeconds } from '../lib/time-ranges';
import type { DecodedWindow } from './decoder';
import type { SpeechModel } from './model';
import { CHARACTERS_PER_SECOND, type Window } from './windows';

/** Whisper's own gate: nothing is said in a window that is both likely silent and unlikely in its words. */
const NO_SPEECH_PROBABILITY = 0.6;
const NO_SPEECH_LOG_PROBABILITY = -1;
/** Noise that passed for speech is short; in more than this, a text too long is a loop, and dealt with as one. */
const LITTLE_SPEECH_SECONDS = 3;

export const isSilence = (window: DecodedWindow): boolean =>
  window.noSpeechProbability > NO_SPEECH_PROBABILITY &&
  window.averageLogProbability < NO_SPEECH_LOG_PROBABILITY;

/**
 * More text than anyone says in the speech that was heard there: what models make up on noise. Where voice activity is
 * off, all is speech; and a text that ended in a loop is judged without it.
 * A second more than was heard: it misses quiet beginnings and ends.
 */
export function isMoreThanSaid(
  decoded: DecodedWindow,
  { chunk, startSeconds }: Window,
  model: SpeechModel,
): boolean {
  const heardSeconds = totalSeconds(rangesInside(chunk.speech, { startSeconds, endSeconds: Infinity }));
  if (heardSeconds >= LITTLE_SPEECH_SECONDS) return false;
  const text = model.tokenizer.decode(decoded.tokens.filter((token) => token < model.config.endOfText));
  return text.length > CHARACTERS_PER_SECOND * (heardSeconds + 1);
}
