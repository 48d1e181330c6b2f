/**
 * Languages, translation and prompts, with the embedded model. Where several languages are needed, its configuration is
 * told that an unused token is another one: what the tokens mean is the model's affair, which is chosen is ours.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHttpModelFiles } from '../../../src/models/http-model-files';
import { graphPatches } from '../../../src/models/patch/graph-patches';
import type { TextWishes } from '../../../src/protocol/speech';
import { openSpeechModel, type SpeechModel } from '../../../src/speech/model';
import type { ModelFiles } from '../../../src/speech/model-files';
import { createRecognizer } from '../../../src/speech/recognizer';
import jfkUrl from '../../fixtures/jfk.wav?url';
import { readWav } from '../../fixtures/wav';
import { readerOf } from './chunk-reader';

const { signal } = new AbortController();
const files = createHttpModelFiles('/models/embedded/');
/** `<|startoflm|>`, which no prompt of ours has. */
const OTHER = 1029;
const polyglot: ModelFiles = {
  name: 'polyglot',
  async read(path, options) {
    const bytes = await files.read(path, options);
    if (path !== 'generation_config.json' || !bytes) return bytes;
    const config = JSON.parse(new TextDecoder().decode(bytes)) as object;
    const told = { ...config, lang_to_id: { '<|de|>': OTHER, '<|en|>': 1026 } };
    return new TextEncoder().encode(JSON.stringify(told));
  },
};

let english: SpeechModel;
let several: SpeechModel;
let speech: Float32Array<ArrayBuffer>;

beforeAll(async () => {
  const options = { backend: 'wasm', threads: 2, patches: graphPatches, signal } as const;
  english = await openSpeechModel(files, options);
  several = await openSpeechModel(polyglot, options);
  speech = readWav(new Uint8Array(await (await fetch(jfkUrl)).arrayBuffer())).slice(0, 5 * 16_000);
});
afterAll(async () => {
  await english[Symbol.asyncDispose]();
  await several[Symbol.asyncDispose]();
});

const create = (model: SpeechModel, wishes: TextWishes, language: string | null = null) =>
  createRecognizer({ model, chunks: readerOf([speech, speech]), language, wishes, signal });

async function write(model: SpeechModel, wishes: TextWishes, language: string | null = null) {
  const recognizer = create(model, wishes, language);
  const result = await recognizer.next({ batch: 2, chunkSeconds: 30, prefetch: false, context: 'short' });
  expect(await recognizer.close()).toEqual({ liveTensors: 0 });
  return result;
}

describe('languages', () => {
  test('of a list are told for each segment, and the checkpoint keeps the votes', async () => {
    const { segments, language, checkpoint } = await write(several, { languages: ['de', 'en'], words: true });
    expect(segments.length).toBeGreaterThan(1);
    expect(segments.every((segment) => segment.language === 'en')).toBe(true);
    expect(language).toBe('en');
    expect(checkpoint.votes.voters).toBe(2);
  });
  test('without a list are one for all, by vote, and segments do not repeat it', async () => {
    const { segments, language } = await write(several, {});
    expect(language).toBe('en');
    expect(segments[0]!.language).toBeUndefined();
  });
  test('a list of one is a choice: nothing is asked', async () => {
    const { language, checkpoint } = await write(several, { languages: ['en'] });
    expect(language).toBe('en');
    expect(checkpoint.votes.voters).toBe(0);
  });
  test('that the model does not know are refused before any work', () => {
    expect(() => create(english, { languages: ['en', 'de'] })).toThrow('speech/language-unsupported');
  });
});

test('a model of one language says that it cannot translate; another does as it is told', async () => {
  expect(() => create(english, { task: 'translate' })).toThrow('speech/cannot-translate');
  const { segments } = await write(several, { task: 'translate' }, 'en');
  expect(segments.length).toBeGreaterThan(0);
});

describe('a prompt', () => {
  test('is told to the model, and comes nowhere into the text', async () => {
    const plain = await write(english, {});
    const told = await write(english, { prompt: 'Xylophone xylophone.' });
    const text = ({ segments }: typeof plain) => segments.map((segment) => segment.text).join(' ');
    expect(text(told)).not.toBe('');
    expect(text(told)).not.toMatch(/xylo/i);
    expect(text(told)).not.toBe(text(plain));
  });
  test('is cut where it would leave no room for the text', async () => {
    const { segments } = await write(english, { prompt: 'and so on '.repeat(500) });
    expect(Array.isArray(segments)).toBe(true);
  });
});
