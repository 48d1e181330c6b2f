/**
 * What the engine must know of a Whisper model. In: the JSON files of the hub layout, parsed as unknown data.
 * Out: checked numbers; a model that lacks one is refused with `speech/model-invalid`, not found out at run time.
 */
import { LonghandError } from '../lib/errors';
import type { ModelFiles } from './model-files';

type Json = Record<string, unknown>;

export interface WhisperConfig {
  /** Of the model, for messages. */
  name: string;
  melBins: number;
  /** Mel frames of a full encoder window. */
  windowFrames: number;
  hiddenSize: number;
  decoderLayers: number;
  decoderHeads: number;
  vocabularySize: number;
  /** Prompt and text together, in tokens. */
  maxTokens: number;
  /** Trained on windows of all lengths, not on full ones alone. Our own key: no hub model has it. */
  dynamicAudioContext: boolean;
  endOfText: number;
  startOfTranscript: number;
  /** `generation_config.json` as it is, for the tokens and the rules. */
  generation: Json;
}

/** Reads `config.json` and `generation_config.json`. Throws `speech/model-missing`, `speech/model-invalid`. */
export async function loadWhisperConfig(
  files: ModelFiles,
  options: { signal: AbortSignal },
): Promise<WhisperConfig> {
  const config = await loadJson(files, 'config.json', options);
  const generation = await loadJson(files, 'generation_config.json', options);
  const invalid = (detail: string) =>
    new LonghandError('speech/model-invalid', { model: files.name, detail });
  if (config['model_type'] !== 'whisper') {
    throw invalid(`config.json: model_type is ${String(config['model_type'])}, not whisper`);
  }
  const count = (key: string): number => {
    const value = config[key];
    if (typeof value !== 'number' || !Number.isInteger(value) || value <= 0) {
      throw invalid(`config.json: ${key} is ${JSON.stringify(value)}`);
    }
    return value;
  };
  const firstOf = (value: unknown): unknown => (Array.isArray(value) ? (value as unknown[])[0] : value);
  const token = (key: string): number => {
    const value = firstOf(generation[key] ?? config[key]);
    if (typeof value !== 'number')
      throw invalid(`generation_config.json: ${key} is ${JSON.stringify(value)}`);
    return value;
  };
  const maxLength = generation['max_length'];
  const maxPositions = count('max_target_positions');
  return {
    name: files.name,
    melBins: count('num_mel_bins'),
    // The second convolution of the encoder halves the number of frames.
    windowFrames: 2 * count('max_source_positions'),
    hiddenSize: count('d_model'),
    decoderLayers: count('decoder_layers'),
    decoderHeads: count('decoder_attention_heads'),
    vocabularySize: count('vocab_size'),
    maxTokens: typeof maxLength === 'number' ? Math.min(maxLength, maxPositions) : maxPositions,
    dynamicAudioContext: config['dynamic_audio_context'] === true,
    endOfText: token('eos_token_id'),
    startOfTranscript: token('decoder_start_token_id'),
    generation: { ...config, ...generation },
  };
}

/** A JSON file of the model. Throws `speech/model-missing` where there is none, `speech/model-invalid` for other content. */
export async function loadJson(
  files: ModelFiles,
  path: string,
  options: { signal: AbortSignal },
): Promise<Json> {
  const bytes = await files.read(path, options);
  if (!bytes) throw new LonghandError('speech/model-missing', { model: files.name, file: path });
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  } catch {
    // Falls through: not JSON, and JSON of the wrong kind, are the same to the user.
  }
  throw new LonghandError('speech/model-invalid', {
    model: files.name,
    detail: `${path} is not a JSON object`,
  });
}
