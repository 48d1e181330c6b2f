import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { compressionRatio } from '../../src/speech/compression';
import { createRandom } from '../../src/speech/fallback';
import type { ModelFiles } from '../../src/speech/model-files';
import { loadTokenizer } from '../../src/speech/tokenizer';
import { createPrompt, createSpecialTokens } from '../../src/speech/tokens';
import { loadWhisperConfig } from '../../src/speech/whisper-config';

const folder = new URL('../../public/models/embedded/', import.meta.url);
const { signal } = new AbortController();

/** The embedded model, with some files replaced. */
function embedded(replaced: Record<string, unknown> = {}): ModelFiles {
  return {
    name: 'test',
    async read(path) {
      if (path in replaced) {
        const content = replaced[path];
        return content === null ? null : new TextEncoder().encode(JSON.stringify(content));
      }
      return new Uint8Array(await readFile(new URL(path, folder)));
    },
  };
}
const jsonOf = async (path: string) =>
  JSON.parse(await readFile(new URL(path, folder), 'utf8')) as Record<string, unknown>;

test('the embedded model is read as any hub model is', async () => {
  const config = await loadWhisperConfig(embedded(), { signal });
  expect(config).toMatchObject({ melBins: 80, windowFrames: 3000, maxTokens: 448 });
  const tokens = createSpecialTokens(config, await loadTokenizer(embedded(), { signal }));
  expect(tokens.firstTimestamp).toBe(tokens.noTimestamps + 1);
  expect([...tokens.languages.keys()]).toEqual(['en']);
  expect(createPrompt(tokens, 'en')).toEqual([
    config.startOfTranscript,
    tokens.languages.get('en'),
    tokens.transcribe,
  ]);
});

test('an English-only model is prompted with nothing but the start', async () => {
  const { lang_to_id: _, task_to_id: __, ...generation } = await jsonOf('generation_config.json');
  const files = embedded({ 'generation_config.json': generation });
  const config = await loadWhisperConfig(files, { signal });
  const tokens = createSpecialTokens(config, await loadTokenizer(files, { signal }));
  expect(createPrompt(tokens, 'en')).toEqual([config.startOfTranscript]);
});

test('ids that the configuration leaves out come from the tokenizer', async () => {
  const {
    no_timestamps_token_id: noTimestamps,
    no_speech_token_id: noSpeech,
    ...rest
  } = await jsonOf('generation_config.json');
  const files = embedded({ 'generation_config.json': rest });
  const tokens = createSpecialTokens(
    await loadWhisperConfig(files, { signal }),
    await loadTokenizer(files, { signal }),
  );
  expect([tokens.noTimestamps, tokens.noSpeech]).toEqual([noTimestamps, noSpeech]);
});

test('a model that is not Whisper, or lacks a number or a file, is refused by name', async () => {
  const config = await jsonOf('config.json');
  const load = (replaced: Record<string, unknown>) => loadWhisperConfig(embedded(replaced), { signal });
  await expect(load({ 'config.json': { ...config, model_type: 'bert' } })).rejects.toMatchObject({
    code: 'speech/model-invalid',
    values: { model: 'test', detail: 'config.json: model_type is bert, not whisper' },
  });
  await expect(load({ 'config.json': { ...config, decoder_layers: 'three' } })).rejects.toMatchObject({
    code: 'speech/model-invalid',
  });
  await expect(load({ 'generation_config.json': null })).rejects.toMatchObject({
    code: 'speech/model-missing',
    values: { model: 'test', file: 'generation_config.json' },
  });
  await expect(load({ 'config.json': ['not', 'an', 'object'] })).rejects.toMatchObject({
    code: 'speech/model-invalid',
  });
  await expect(loadTokenizer(embedded({ 'tokenizer.json': {} }), { signal })).rejects.toMatchObject({
    code: 'speech/model-invalid',
  });
});

test('a character whose bytes are spread over several tokens comes out whole', async () => {
  const tokenizer = await loadTokenizer(embedded(), { signal });
  const { model } = (await jsonOf('tokenizer.json')) as { model: { vocab: Record<string, number> } };
  // Byte-level alphabet: é is C3 A9, spelled Ã and ©.
  const bytes = ['Ã', '©'].map((letter) => model.vocab[letter]!);
  expect(tokenizer.decode(bytes)).toBe('é');
  expect(tokenizer.decode([])).toBe('');
  expect(tokenizer.decode([model.vocab['c']!, model.vocab['a']!, model.vocab['f']!, ...bytes])).toBe('café');
});

test('loops compress far better than speech', async () => {
  expect(await compressionRatio('')).toBe(1);
  expect(await compressionRatio('Ask not what your country can do for you.')).toBeLessThan(1.5);
  expect(await compressionRatio('and so on '.repeat(40))).toBeGreaterThan(10);
});

test('random numbers repeat with their seed and differ without', () => {
  const draw = (seed: number) => {
    const random = createRandom(seed);
    return Array.from({ length: 5 }, random);
  };
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
  for (const value of draw(7)) expect(value >= 0 && value < 1).toBe(true);
});
