/**
 * Word times against the truth of synthesizers (tests/fixtures/spoken-words, made by tools/spoken-words): the text is
 * given, so that only times are measured. `npm run bench -- words` measures them for what is recognized.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TensorScope } from '../../../src/lib/tensor-scope';
import { createHttpModelFiles } from '../../../src/models/http-model-files';
import { graphPatches } from '../../../src/models/patch/graph-patches';
import { contextFrames } from '../../../src/speech/audio-context';
import { runEncoder } from '../../../src/speech/encoder';
import { openSpeechModel, type SpeechModel } from '../../../src/speech/model';
import { createRecognizer } from '../../../src/speech/recognizer';
import { createPrompt } from '../../../src/speech/tokens';
import { alignmentHeads, runAttention } from '../../../src/speech/words/attention';
import { letterTimes } from '../../../src/speech/words/letter-times';
import { timeWords } from '../../../src/speech/words/time-words';
import { voicedFrames } from '../../../src/speech/words/voiced-frames';
import { type WordEdges, wordEdges } from '../../../src/speech/words/word-edges';
import { wordsOf } from '../../../src/transcript/words';
import jfkUrl from '../../fixtures/jfk.wav?url';
import { readWav } from '../../fixtures/wav';
import { readerOf } from './chunk-reader';

type SpokenWord = [word: string, startSeconds: number | null, endSeconds: number | null];
interface Spoken {
  file: string;
  text: string;
  words: SpokenWord[];
}

const { signal } = new AbortController();
const folder = '/tests/fixtures/spoken-words/';
let model: SpeechModel;
let jfk: Float32Array<ArrayBuffer>;
let clips: (Spoken & { samples: Float32Array<ArrayBuffer> })[];

beforeAll(async () => {
  const files = createHttpModelFiles('/models/embedded/');
  model = await openSpeechModel(files, { backend: 'wasm', threads: 2, patches: graphPatches, signal });
  jfk = readWav(new Uint8Array(await (await fetch(jfkUrl)).arrayBuffer()));
  const told = (await (await fetch(`${folder}words.json`)).json()) as Spoken[];
  clips = await Promise.all(
    told.map(async (each) => {
      const bytes = await (await fetch(folder + each.file)).arrayBuffer();
      const audio = await new OfflineAudioContext(1, 16, 16_000).decodeAudioData(bytes);
      return { ...each, samples: audio.getChannelData(0) };
    }),
  );
});
afterAll(() => model[Symbol.asyncDispose]());

const encode = (text: string) => model.tokenizer.encode(` ${text}`);

type Clip = (typeof clips)[number];

/** Of a known text. */
async function align({ samples, text }: Clip): Promise<WordEdges[]> {
  using scope = new TensorScope(model.encoder.ort, model.ledger);
  const frames = contextFrames(samples.length, model.audioContext, 'short');
  const options = { contextFrames: [frames], signal, onTime: () => undefined };
  const { states } = await runEncoder(model.encoder, [samples], options, scope);
  return await timeWords(model.decoder, model.tokenizer, {
    states,
    samples,
    spans: [encode(text)],
    language: 'en',
  });
}

/** How far from the truth half and 95 of 100 words begin, in seconds, and how many words that are. */
async function startErrors(times: (clip: Clip) => WordEdges[] | Promise<WordEdges[]>) {
  const errors: number[] = [];
  for (const clip of clips) {
    const edges = await times(clip);
    expect(edges).toHaveLength(clip.words.length);
    clip.words.forEach(([, start], i) => {
      if (start !== null) errors.push(Math.abs(edges[i]!.startSeconds - start));
    });
  }
  errors.sort((a, b) => a - b);
  const at = (share: number) => errors[Math.floor(share * (errors.length - 1))]!;
  return { median: at(0.5), most: at(0.95), words: errors.length };
}

describe('words of a known text', () => {
  test('begin where they are said: half of them within 80 ms, 95 of 100 within 250 ms', async () => {
    const { median, most, words } = await startErrors(align);
    console.info(`attention: half within ${median.toFixed(3)} s, 95 % within ${most.toFixed(3)} s`);
    expect(words).toBeGreaterThan(180);
    expect(median).toBeLessThan(0.08);
    expect(most).toBeLessThan(0.25);
    expect(model.ledger.count.tensors).toBe(0);
  });

  test('follow their letters where nothing tells where the model looked: half within 120 ms', async () => {
    const { median, most } = await startErrors(({ samples, text }) => {
      const voiced = voicedFrames(samples);
      return wordEdges(letterTimes(text.split(' '), voiced), voiced, samples.length / 16_000);
    });
    console.info(`letters: half within ${median.toFixed(3)} s, 95 % within ${most.toFixed(3)} s`);
    expect(median).toBeLessThan(0.12);
    expect(most).toBeLessThan(0.4);
  });
});

test('the graph for it looks where the export itself looks', async () => {
  using scope = new TensorScope(model.encoder.ort, model.ledger);
  const options = { contextFrames: [800], signal, onTime: () => undefined };
  const { states } = await runEncoder(
    model.encoder,
    [clips[0]!.samples.subarray(0, 100_000)],
    options,
    scope,
  );
  const tokens = [...createPrompt(model.decoder.tokens, 'en'), ...encode(clips[0]!.text)];
  const own = await runAttention(model.decoder, states, tokens);
  const exported = await runAttention(
    { ...model.decoder, alignment: () => Promise.resolve(null) },
    states,
    tokens,
  );
  expect(own).toMatchObject({ heads: 6, rows: tokens.length, positions: 400 });
  expect(exported).toMatchObject({ heads: 6, rows: tokens.length, positions: 400 });
  let most = 0;
  own!.weights.forEach((value, i) => (most = Math.max(most, Math.abs(value - exported!.weights[i]!))));
  expect(most).toBeLessThan(0.02);
  expect(alignmentHeads({ ...model.config, generation: {} })).toHaveLength(8);
});

test('a recognizer that is asked for words gives the same text, with words in order inside it', async () => {
  const run = async (words: boolean) => {
    const recognizer = createRecognizer({
      model,
      chunks: readerOf([jfk]),
      language: 'en',
      wishes: { words },
      signal,
    });
    const { weightBytes, windowCost } = recognizer.describe();
    const result = await recognizer.next({ batch: 1, chunkSeconds: 30, prefetch: false, context: 'full' });
    expect(await recognizer.close()).toEqual({ liveTensors: 0 });
    return { ...result, weightBytes, windowCost };
  };
  const [plain, timed] = [await run(false), await run(true)];
  expect(timed.segments.map(({ text }) => text)).toEqual(plain.segments.map(({ text }) => text));
  expect(timed.weightBytes).toBeGreaterThan(plain.weightBytes);
  expect(timed.windowCost.encoder.linearBytes).toBeGreaterThan(plain.windowCost.encoder.linearBytes);
  expect(plain.segments[0]!.words!.startMs).toBeUndefined();
  let earliest = 0;
  for (const segment of timed.segments) {
    const words = wordsOf(segment);
    expect(words.map(({ text }) => text).join(' ')).toBe(segment.text);
    expect(segment.startSeconds).toBe(words[0]!.startSeconds);
    expect(segment.endSeconds).toBe(words.at(-1)!.endSeconds);
    for (const { startSeconds, endSeconds, probability } of words) {
      expect(startSeconds).toBeGreaterThanOrEqual(earliest);
      expect(endSeconds).toBeGreaterThan(startSeconds!);
      expect(probability).toBeGreaterThan(0);
      earliest = endSeconds!;
    }
  }
  expect(earliest).toBeLessThanOrEqual(11);
});
