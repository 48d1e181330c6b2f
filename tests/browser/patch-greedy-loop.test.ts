/**
 * The greedy loop against the plainest step-by-step decoding of the exported graph, rule by rule as Whisper has it.
 */
import * as ort from 'onnxruntime-web/wasm';
import { beforeAll, describe, expect, test } from 'vitest';
import { createMemorySource } from '../../src/models/byte-source';
import {
  buildGreedyLoop,
  GREEDY_LOOP_INPUTS as IN,
  GREEDY_LOOP_OUTPUTS as OUT,
  RULED_OUT,
} from '../../src/models/patch/greedy-loop';
import { openQuantizedModel } from '../../src/models/quantize/quantize-model';

/** The embedded model's own numbers (config.json, generation_config.json). */
const LAYERS = 3;
const HEADS = 4;
const WIDTH = 256;
const VOCABULARY = 2534;
const END = 1024;
const START = 1025;
const NO_SPEECH = 1031;
const NO_TIMESTAMPS = 1032;
const TIMESTAMPS = 1033;
const LAST_INITIAL = TIMESTAMPS + 100;
const SUPPRESSED = [1027, 1028, 1029, 1030, 1031, NO_TIMESTAMPS];
const MOST_TOKENS = 60;

interface Decoded {
  tokens: number[];
  logProbabilities: number[];
  noSpeech: number;
}

const load = async (file: string) =>
  new Uint8Array(await (await fetch(`/models/embedded/onnx/${file}.onnx`)).arrayBuffer());
const open = (model: Uint8Array) => ort.InferenceSession.create(model, { executionProviders: ['wasm'] });
const int64 = (values: readonly number[], shape: number[]) =>
  new ort.Tensor('int64', BigInt64Array.from(values.map(BigInt)), shape);
const float32 = (values: Float32Array, shape: number[]) => new ort.Tensor('float32', values, shape);
const disposeAll = (tensors: Record<string, ort.Tensor>) => {
  for (const tensor of Object.values(tensors)) tensor.dispose();
};

/** Deterministic noise, weak enough that the embedded model ends rows at different steps. */
function encoderStates(row: number, positions: number): Float32Array {
  let seed = 12_345 + row * 7919;
  const next = () => (seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
  const normal = () => Math.sqrt(-2 * Math.log(next() + 1e-9)) * Math.cos(2 * Math.PI * next());
  return Float32Array.from({ length: positions * WIDTH }, () => 0.5 * normal());
}

const logSumExp = (logits: readonly number[]) => {
  const most = Math.max(...logits);
  return most === -Infinity
    ? most
    : most + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - most), 0));
};

/** Whisper's SuppressTokens and ApplyTimestampRules, word for word. */
function applyRules(
  logits: number[],
  said: readonly number[],
  suppressed: readonly number[],
  timestamps: boolean,
) {
  for (const token of suppressed) logits[token] = -Infinity;
  if (!timestamps) return logits;
  const lastWas = said.length >= 1 && said.at(-1)! >= TIMESTAMPS;
  const penultimateWas = said.length < 2 || said.at(-2)! >= TIMESTAMPS;
  if (lastWas && penultimateWas) logits.fill(-Infinity, TIMESTAMPS);
  else if (lastWas) logits.fill(-Infinity, 0, END);
  const latest = said.findLast((token) => token >= TIMESTAMPS);
  if (latest !== undefined) {
    logits.fill(-Infinity, TIMESTAMPS, lastWas && !penultimateWas ? latest : latest + 1);
  }
  if (said.length === 0) {
    logits.fill(-Infinity, 0, TIMESTAMPS);
    logits.fill(-Infinity, LAST_INITIAL + 1);
  }
  const text = Math.max(...logits.slice(0, TIMESTAMPS));
  if (logSumExp(logits.slice(TIMESTAMPS)) > text) logits.fill(-Infinity, 0, TIMESTAMPS);
  return logits;
}

interface Case {
  prompt: number[];
  timestamps: boolean;
  suppressedAtBegin: number[];
}

/** One window, token by token through the exported graph, its caches passed from run to run. */
async function decodeStepByStep(
  session: ort.InferenceSession,
  states: Float32Array,
  options: Case,
): Promise<Decoded> {
  const encoder = float32(states, [1, states.length / WIDTH, WIDTH]);
  const caches = Array.from({ length: LAYERS }, (_, layer) =>
    ['decoder.key', 'decoder.value', 'encoder.key', 'encoder.value'].map((part) => `${layer}.${part}`),
  ).flat();
  const past: Record<string, ort.Tensor> = {};
  for (const name of caches) {
    past[`past_key_values.${name}`] = float32(new Float32Array(0), [1, HEADS, 0, WIDTH / HEADS]);
  }
  const decoded: Decoded = { tokens: [], logProbabilities: [], noSpeech: NaN };
  let input = options.prompt;
  while (decoded.tokens.length < MOST_TOKENS && decoded.tokens.at(-1) !== END) {
    const isFirst = decoded.tokens.length === 0;
    const results = await session.run(
      {
        input_ids: int64(input, [1, input.length]),
        encoder_hidden_states: encoder,
        use_cache_branch: new ort.Tensor('bool', [!isFirst], [1]),
        ...past,
      },
      [
        'logits',
        ...caches.filter((name) => isFirst || name.includes('decoder')).map((name) => `present.${name}`),
      ],
    );
    for (const name of caches) {
      const present = results[`present.${name}`];
      if (!present) continue;
      past[`past_key_values.${name}`]?.dispose();
      past[`past_key_values.${name}`] = present;
    }
    const all = Array.from(results['logits']?.data as Float32Array);
    results['logits']?.dispose();
    if (isFirst) {
      const start = options.prompt.indexOf(START) * VOCABULARY;
      const atStart = all.slice(start, start + VOCABULARY);
      decoded.noSpeech = Math.exp(atStart[NO_SPEECH]! - logSumExp(atStart));
    }
    const suppressed = isFirst ? [...SUPPRESSED, ...options.suppressedAtBegin] : SUPPRESSED;
    const logits = applyRules(all.slice(-VOCABULARY), decoded.tokens, suppressed, options.timestamps);
    const token = logits.indexOf(Math.max(...logits));
    decoded.tokens.push(token);
    decoded.logProbabilities.push(logits[token]! - logSumExp(logits));
    input = [token];
  }
  disposeAll(past);
  encoder.dispose();
  return decoded;
}

/** All windows in one run, padded to the longest. */
async function decodeInLoop(
  session: ort.InferenceSession,
  windows: readonly Float32Array[],
  options: Case,
): Promise<Decoded[]> {
  const batch = windows.length;
  const lengths = windows.map((states) => states.length / WIDTH);
  const positions = Math.max(...lengths);
  const padded = new Float32Array(batch * positions * WIDTH);
  // What lies beyond a row's length must not matter: not zeros, on purpose.
  padded.fill(0.25);
  for (const [row, states] of windows.entries()) padded.set(states, row * positions * WIDTH);
  const bias = (tokens: readonly number[]) => {
    const vector = new Float32Array(VOCABULARY);
    for (const token of tokens) vector[token] = RULED_OUT;
    return float32(vector, [VOCABULARY]);
  };
  const inputs = {
    [IN.encoderStates]: float32(padded, [batch, positions, WIDTH]),
    [IN.encoderLengths]: int64(lengths, [batch]),
    [IN.prompt]: int64(
      windows.flatMap(() => options.prompt),
      [batch, options.prompt.length],
    ),
    [IN.maxTokens]: int64([MOST_TOKENS], [1]),
    [IN.suppressed]: bias(SUPPRESSED),
    [IN.suppressedAtBegin]: bias(options.suppressedAtBegin),
    [IN.startOfTranscriptIndex]: int64([options.prompt.indexOf(START)], [1]),
    [IN.noSpeech]: int64([NO_SPEECH], [1]),
    [IN.endOfText]: int64([END], [1]),
    [IN.timestampBegin]: int64([options.timestamps ? TIMESTAMPS : VOCABULARY], [1]),
    [IN.lastInitialTimestamp]: int64([LAST_INITIAL], [1]),
  };
  const results = await session.run(inputs);
  const tokens = Array.from(results[OUT.tokens]?.data as BigInt64Array, Number);
  const logProbabilities = Array.from(results[OUT.logProbabilities]?.data as Float32Array);
  const noSpeech = Array.from(results[OUT.noSpeechProbability]?.data as Float32Array);
  disposeAll(results);
  disposeAll(inputs);
  const steps = tokens.length / batch;
  return noSpeech.map((probability, row) => {
    const own = tokens.slice(row * steps, (row + 1) * steps);
    const ownLogProbabilities = logProbabilities.slice(row * steps, (row + 1) * steps);
    const length = own.includes(END) ? own.indexOf(END) + 1 : steps;
    expect(own.slice(length).every((token) => token === END)).toBe(true);
    expect(ownLogProbabilities.slice(length).every((value) => value === 0)).toBe(true);
    return {
      tokens: own.slice(0, length),
      logProbabilities: ownLogProbabilities.slice(0, length),
      noSpeech: probability,
    };
  });
}

const PROMPT = [START, 1026, 1028];
const CASES: [string, Case][] = [
  ['with timestamps', { prompt: PROMPT, timestamps: true, suppressedAtBegin: [] }],
  ['without timestamps', { prompt: [...PROMPT, NO_TIMESTAMPS], timestamps: false, suppressedAtBegin: [] }],
  [
    'with text before the prompt',
    { prompt: [1030, 300, 400, 500, ...PROMPT], timestamps: true, suppressedAtBegin: [] },
  ],
];

/** As `quantize_dynamic` leaves models of the hub: whole-number products, activations quantized at run time. */
async function dynamicInt8(): Promise<Uint8Array> {
  const source = createMemorySource(await load('decoder_model_merged'));
  const { sizeBytes, bytes } = await openQuantizedModel('decoder', source, 'int8');
  const model = new Uint8Array(sizeBytes);
  let at = 0;
  for await (const part of bytes(new AbortController().signal)) {
    model.set(part, at);
    at += part.length;
  }
  return model;
}

describe.each([
  { form: 'float32', read: () => load('decoder_model_merged') },
  { form: 'int8 weights', read: () => load('decoder_model_merged_quantized') },
  { form: 'dynamic int8', read: dynamicInt8 },
])('$form', ({ read }) => {
  let exported: ort.InferenceSession;
  let loop: ort.InferenceSession;
  const windows = [200, 152, 192, 40, 200, 24, 72, 120].map((positions, row) =>
    encoderStates(row, positions),
  );

  beforeAll(async () => {
    const model = await read();
    exported = await open(model);
    const built = buildGreedyLoop(model);
    if (!built) throw new Error('the embedded decoder was not recognized');
    loop = await open(built);
    return async () => {
      await exported.release();
      await loop.release();
    };
  });

  test.each(CASES)('gives the tokens of step-by-step decoding, %s', async (_, options) => {
    const inLoop = await decodeInLoop(loop, windows, options);
    for (const [row, states] of windows.entries()) {
      const stepByStep = await decodeStepByStep(exported, states, options);
      const own = inLoop[row]!;
      expect(own.tokens).toEqual(stepByStep.tokens);
      for (const [step, value] of stepByStep.logProbabilities.entries()) {
        expect(own.logProbabilities[step]).toBeCloseTo(value, 4);
      }
      expect(own.noSpeech).toBeCloseTo(stepByStep.noSpeech, 5);
    }
  });

  test('a row does not depend on the rows it is decoded with', async () => {
    const options = CASES[0]![1];
    const together = await decodeInLoop(loop, windows, options);
    for (const [row, states] of windows.entries()) {
      const [alone] = await decodeInLoop(loop, [states], options);
      expect(alone).toEqual(together[row]);
    }
    expect(new Set(together.map(({ tokens }) => tokens.length)).size).toBeGreaterThan(1);
  });

  test('tokens suppressed at the beginning do not come first', async () => {
    const options = CASES[1]![1];
    const [first] = await decodeInLoop(loop, windows, options);
    const suppressedAtBegin = [first!.tokens[0]!, END];
    const [other] = await decodeInLoop(loop, windows, { ...options, suppressedAtBegin });
    expect(other!.tokens).toEqual(
      (await decodeStepByStep(exported, windows[0]!, { ...options, suppressedAtBegin })).tokens,
    );
    expect(other!.tokens[0]).not.toBe(first!.tokens[0]);
  });
});

test('what is no Whisper decoder is left alone', async () => {
  expect(buildGreedyLoop(await load('encoder_model_quantized'))).toBeNull();
});
