/**
 * Whisper's special tokens by meaning. In: the model's generation configuration, and its tokenizer for what that
 * leaves out. Out: ids. Ordinary text lies below `endOfText`, timestamps from `firstTimestamp` on, 20 ms each.
 */
import { LonghandError } from '../lib/errors';
import type { Tokenizer } from './tokenizer';
import type { WhisperConfig } from './whisper-config';

export const SECONDS_PER_TIMESTAMP = 0.02;

export interface SpecialTokens {
  endOfText: number;
  startOfTranscript: number;
  /** Null in English-only models, which take no task. */
  transcribe: number | null;
  /** Null in models that write one language only. */
  translate: number | null;
  /** Before words that are not of this window; null where the vocabulary has none. */
  startOfPrevious: number | null;
  noTimestamps: number;
  firstTimestamp: number;
  /** Null where the vocabulary has none. */
  noSpeech: number | null;
  /** By ISO 639-1 code, `en`; empty in English-only models. */
  languages: ReadonlyMap<string, number>;
}

/** Throws `speech/model-invalid`. */
export function createSpecialTokens(config: WhisperConfig, tokenizer: Tokenizer): SpecialTokens {
  const { generation } = config;
  const languages = new Map<string, number>();
  for (const [token, id] of Object.entries((generation['lang_to_id'] ?? {}) as Record<string, number>)) {
    languages.set(token.slice(2, -2), id);
  }
  const tasks = (generation['task_to_id'] ?? {}) as Record<string, number | undefined>;
  const multilingual = languages.size > 0;
  const noTimestamps =
    (generation['no_timestamps_token_id'] as number | undefined) ?? tokenizer.idOf('<|notimestamps|>');
  // Without the token, timestamps follow the end of the special ones; every known vocabulary has it.
  if (noTimestamps === null) {
    throw new LonghandError('speech/model-invalid', {
      model: config.name,
      detail: 'no <|notimestamps|> token',
    });
  }
  return {
    endOfText: config.endOfText,
    startOfTranscript: config.startOfTranscript,
    transcribe: multilingual ? (tasks['transcribe'] ?? tokenizer.idOf('<|transcribe|>')) : null,
    // The embedded model has the token, and no other language to translate from.
    translate: languages.size > 1 ? (tasks['translate'] ?? tokenizer.idOf('<|translate|>')) : null,
    startOfPrevious:
      (generation['prev_sot_token_id'] as number | undefined) ?? tokenizer.idOf('<|startofprev|>'),
    noTimestamps,
    firstTimestamp: noTimestamps + 1,
    noSpeech:
      (generation['no_speech_token_id'] as number | undefined) ??
      tokenizer.idOf('<|nospeech|>') ??
      tokenizer.idOf('<|nocaptions|>'),
    languages,
  };
}

export interface PromptWishes {
  task?: 'transcribe' | 'translate';
  /** Ordinary tokens of a text before. */
  previous?: readonly number[];
}

/** What the decoder is told before the first token it chooses itself. */
export function createPrompt(
  tokens: SpecialTokens,
  language: string | null,
  { task = 'transcribe', previous = [] }: PromptWishes = {},
): number[] {
  const prompt: number[] = [];
  if (tokens.startOfPrevious !== null && previous.length > 0)
    prompt.push(tokens.startOfPrevious, ...previous);
  prompt.push(tokens.startOfTranscript);
  const languageToken = language === null ? undefined : tokens.languages.get(language);
  if (languageToken !== undefined) prompt.push(languageToken);
  const taskToken = task === 'translate' ? tokens.translate : tokens.transcribe;
  if (taskToken !== null) prompt.push(taskToken);
  return prompt;
}
