/**
 * A model on the backend that is faster here. In: its files and its address. Out: the model, opened. Where there is a
 * real graphics card both backends do the same short window once, and the outcome is remembered for this browser,
 * adapter and model. Only that first opening holds both; a software adapter never races.
 */
import { createStore, get, set } from 'idb-keyval';
import { LonghandError } from '../lib/errors';
import { isSoftwareAdapter } from '../lib/software-adapter';
import { TensorScope } from '../lib/tensor-scope';
import { secondsToSamples } from '../lib/units';
import type { Backend } from '../protocol/speech';
import { contextFrames } from './audio-context';
import { runDecoder } from './decoder';
import { runEncoder } from './encoder';
import { createRandom } from './fallback';
import { runGreedyLoop } from './greedy-loop';
import { GREEDY, LogitRules } from './logit-rules';
import { openModelOn, openSpeechModel, type OpenModelOptions, type SpeechModel } from './model';
import type { ModelFiles } from './model-files';
import { chooseBackend, raceKey } from './race';
import { createPrompt } from './tokens';

const WINDOW_SECONDS = 5;
const TOKENS = 16;
/** A card that has not come this far by then is not the faster one, and somebody waits. */
const MOST_MILLISECONDS = 20_000;
/** Quiet noise: no window of silence is skipped anywhere, but zeros could be. */
const LOUDNESS = 0.001;

export interface AutoModelOptions extends Omit<OpenModelOptions, 'backend'> {
  /** False for a model so large that a window would take the processor minutes: the graphics card has it, unless it fails. */
  race?: boolean;
}

/** `url` names the model in what is remembered. Throws as `openSpeechModel`. */
export async function openAutoModel(
  files: ModelFiles,
  url: string,
  { race = true, ...options }: AutoModelOptions,
): Promise<SpeechModel> {
  const adapter = 'gpu' in navigator ? await navigator.gpu.requestAdapter() : null;
  if (!adapter || isSoftwareAdapter(adapter.info)) return openModelOn('wasm', files, options);
  if (!race) return openSpeechModel(files, { ...options, backend: 'webgpu' });
  const memory = openRaceMemory(raceKey(navigator.userAgent, adapter.info, url));
  const known = await memory.load();
  if (known) return openSpeechModel(files, { ...options, backend: known });

  const wasm = await openTimed('wasm', files, options);
  // Whatever the graphics card fails at, the job has its model already.
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(MOST_MILLISECONDS)]);
  const webgpu = await openTimed('webgpu', files, { ...options, signal }).catch(() => null);
  const backend = chooseBackend({ wasm: wasm.seconds, webgpu: webgpu && webgpu.seconds });
  await memory.store(backend);
  const [winner, loser] = webgpu && backend === 'webgpu' ? [webgpu, wasm] : [wasm, webgpu];
  await loser?.model[Symbol.asyncDispose]();
  return winner.model;
}

async function openTimed(
  backend: Backend,
  files: ModelFiles,
  options: Omit<OpenModelOptions, 'backend'>,
): Promise<{ model: SpeechModel; seconds: number }> {
  const model = await openModelOn(backend, files, options);
  try {
    await runWindow(model, options.signal);
    const began = performance.now();
    await runWindow(model, options.signal);
    const seconds = (performance.now() - began) / 1000;
    const detail = model.deviceLoss();
    if (detail !== null) throw new LonghandError('speech/device-lost', { detail }, { retryable: true });
    return { model, seconds };
  } catch (error) {
    await model[Symbol.asyncDispose]();
    throw error;
  }
}

/** The same work on every backend: the end of text is ruled out, so that each decodes as many tokens. */
async function runWindow({ encoder, decoder, ...model }: SpeechModel, signal: AbortSignal): Promise<void> {
  using scope = new TensorScope(encoder.ort, model.ledger);
  const random = createRandom(0);
  const samples = Float32Array.from(
    { length: secondsToSamples(WINDOW_SECONDS) },
    () => LOUDNESS * (2 * random() - 1),
  );
  const frames = [contextFrames(samples.length, model.audioContext, 'short')];
  const windows = await runEncoder(
    encoder,
    [samples],
    { contextFrames: frames, signal, onTime: () => undefined },
    scope,
  );
  const rules = new LogitRules(decoder.tokens, model.config.vocabularySize, {
    suppress: [decoder.tokens.endOfText],
    suppressAtBegin: [],
    maxInitialTimestamp: null,
  });
  const [language = null] = decoder.tokens.languages.keys();
  const prompt = createPrompt(decoder.tokens, language);
  const unending = { ...decoder, rules };
  if (decoder.loop) await runGreedyLoop(unending, decoder.loop, windows, [prompt], TOKENS);
  else await runDecoder(unending, windows.states, [prompt], [GREEDY], { maxTokens: TOKENS, signal });
}

interface RaceMemory {
  load(): Promise<Backend | null>;
  store(backend: Backend): Promise<void>;
}

/** Where nothing can be stored (a private window), the race is run at every visit. */
function openRaceMemory(key: string): RaceMemory {
  const races = createStore('longhand-races', 'backends');
  return {
    async load() {
      const known = await get<unknown>(key, races).catch(() => null);
      return known === 'webgpu' || known === 'wasm' ? known : null;
    },
    store: (backend) => set(key, backend, races).catch(() => undefined),
  };
}
