/**
 * The files of a Whisper model in hub layout (onnx-community), and which of them one backend needs. In: what a
 * repository or a folder holds. Out: the files to have. The one decision to know: per backend there is an order of
 * pairs of encoder and decoder weights; the first pair that is there, without external data, is taken.
 */
import type { HubFile } from './hub';

export type ModelBackend = 'webgpu' | 'wasm';

/** Number formats of weights, as transformers.js calls them. */
export type Dtype = 'fp32' | 'fp16' | 'int8' | 'q8' | 'q4' | 'q4f16';

const ENDINGS: Record<Dtype, string> = {
  fp32: '',
  fp16: '_fp16',
  int8: '_int8',
  q8: '_quantized',
  q4: '_q4',
  q4f16: '_q4f16',
};

export interface DtypePair {
  encoder: Dtype;
  decoder: Dtype;
}

export const encoderPath = (dtype: Dtype): string => `onnx/encoder_model${ENDINGS[dtype]}.onnx`;
export const decoderPath = (dtype: Dtype): string => `onnx/decoder_model_merged${ENDINGS[dtype]}.onnx`;
export const weightPaths = ({ encoder, decoder }: DtypePair): string[] => [
  encoderPath(encoder),
  decoderPath(decoder),
];

/** Without these no engine starts. */
export const REQUIRED_FILES: readonly string[] = ['config.json', 'generation_config.json', 'tokenizer.json'];
/** Taken along where they are there. */
export const OPTIONAL_FILES: readonly string[] = ['tokenizer_config.json', 'preprocessor_config.json'];

const same = (dtype: Dtype): DtypePair => ({ encoder: dtype, decoder: dtype });

export interface DtypeNeeds {
  wordTimestamps: boolean;
  /** Full precision would not fit a browser. */
  large: boolean;
}

/**
 * The best first. WASM: whole numbers, which its kernels multiply fastest; the timestamped exports' int8 decoders are
 * reported not to load there, their 4-bit ones do (field notes, hyperaudio-lite-editor#313). WebGPU has no kernels for
 * whole-number products; half precision decoders loop, so 4 bits go with a full precision encoder there.
 */
export function dtypeOrder(
  backend: ModelBackend,
  { wordTimestamps, large }: DtypeNeeds = { wordTimestamps: false, large: false },
): readonly DtypePair[] {
  if (backend === 'webgpu') {
    const full = [{ encoder: 'fp32', decoder: 'q4' } as const, same('fp32')];
    return large ? [same('q4f16'), ...full] : [...full, same('q4f16'), same('fp16')];
  }
  const whole = [same('q8'), same('int8')];
  return wordTimestamps ? [same('q4'), ...whole] : [...whole, same('q4')];
}

export interface ModelFileChoice {
  dtypes: DtypePair;
  /** True where only full precision is there for WASM, from which int8 is made here. */
  quantize: boolean;
  files: HubFile[];
}

/** What is missing, in the words of the hub's layout; or what to have. */
export function chooseFiles(
  there: readonly HubFile[],
  order: readonly DtypePair[],
): ModelFileChoice | { missing: string[] } {
  const byPath = new Map(there.map((file) => [file.path, file]));
  const missing = REQUIRED_FILES.filter((path) => !byPath.has(path));
  // Weights beside the graph, in files of their own, are what exports of more than 2 GB have.
  const usable = (path: string) => byPath.has(path) && !byPath.has(`${path}_data`);
  const complete = (pair: DtypePair) => weightPaths(pair).every(usable);
  const dtypes = order.find(complete) ?? [same('fp32')].find(complete);
  if (!dtypes) missing.push(...weightPaths(order[0] ?? same('q8')));
  if (!dtypes || missing.length > 0) return { missing };
  const paths = [...REQUIRED_FILES, ...OPTIONAL_FILES, ...weightPaths(dtypes)];
  return {
    dtypes,
    quantize: !order.includes(dtypes),
    files: paths.map((path) => byPath.get(path)).filter((file) => file !== undefined),
  };
}
