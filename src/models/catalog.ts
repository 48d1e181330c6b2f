/**
 * The models that Longhand knows by name. Pure facts and functions: what each is called on the hub, what it can do, how
 * large it is and how much work it makes. Any other repository of the same layout can be named as well.
 * Sizes are rounded from the parameters and marked so; the real ones come with the hub's list of files.
 */
import { isRepositoryName } from './hub';
import { type DtypePair, dtypeOrder, type ModelBackend } from './model-layout';

export type WhisperSize = 'tiny' | 'base' | 'small' | 'medium' | 'large-v3' | 'large-v3-turbo';

export interface CatalogModel {
  /** `owner/name` on the hub; `embedded` for the one that comes with the app. */
  id: string;
  title: string;
  size: WhisperSize | 'embedded';
  /** English only, or about a hundred languages. */
  languages: 'en' | 'many';
  /** The export has cross-attentions, from which words get times. */
  wordTimestamps: boolean;
  licence: 'MIT' | 'Apache-2.0';
  parameters: number;
  /** Of these the decoder's, which run for each token; the encoder's run once per window. */
  decoderParameters: number;
  /** Of those the table of tokens, which 4-bit exports leave as it is. */
  tableParameters: number;
  /** Backends on which it runs within a browser's memory. */
  backends: readonly ModelBackend[];
}

interface SizeFacts {
  parameters: number;
  decoderParameters: number;
  width: number;
  english: boolean;
  wasm: boolean;
}

const MILLION = 1e6;

/**
 * Parameters as in https://github.com/openai/whisper (model card), split as in the configurations. Beyond small, an
 * int8 model and its activations leave a browser's 32-bit WASM heap too little room to be promised, and turbo's
 * encoder alone has 640 million (hyperaudio-lite-editor#313: on the GPU only).
 */
const SIZES: Record<WhisperSize, SizeFacts> = {
  tiny: { parameters: 39 * MILLION, decoderParameters: 30 * MILLION, width: 384, english: true, wasm: true },
  base: { parameters: 74 * MILLION, decoderParameters: 52 * MILLION, width: 512, english: true, wasm: true },
  small: {
    parameters: 244 * MILLION,
    decoderParameters: 154 * MILLION,
    width: 768,
    english: true,
    wasm: true,
  },
  medium: {
    parameters: 769 * MILLION,
    decoderParameters: 457 * MILLION,
    width: 1024,
    english: true,
    wasm: false,
  },
  'large-v3': {
    parameters: 1550 * MILLION,
    decoderParameters: 910 * MILLION,
    width: 1280,
    english: false,
    wasm: false,
  },
  'large-v3-turbo': {
    parameters: 809 * MILLION,
    decoderParameters: 172 * MILLION,
    width: 1280,
    english: false,
    wasm: false,
  },
};

const OWNER = 'onnx-community';
const VOCABULARY = 51_866;

export const EMBEDDED_MODEL: CatalogModel = {
  id: 'embedded',
  title: 'Embedded',
  size: 'embedded',
  languages: 'en',
  wordTimestamps: false,
  licence: 'Apache-2.0',
  parameters: 10 * MILLION,
  decoderParameters: 4.5 * MILLION,
  tableParameters: 0,
  backends: ['wasm', 'webgpu'],
};

/** The embedded model first, then from small to large. */
export const CATALOG: readonly CatalogModel[] = [
  EMBEDDED_MODEL,
  ...(Object.entries(SIZES) as [WhisperSize, SizeFacts][]).flatMap(([size, facts]) => [
    ...(facts.english ? [describe(size, facts, 'en', false), describe(size, facts, 'en', true)] : []),
    describe(size, facts, 'many', false),
    describe(size, facts, 'many', true),
  ]),
];

function describe(
  size: WhisperSize,
  { parameters, decoderParameters, width, wasm }: SizeFacts,
  languages: CatalogModel['languages'],
  wordTimestamps: boolean,
): CatalogModel {
  const name = `whisper-${size}${languages === 'en' ? '.en' : ''}`;
  const words = size[0]!.toUpperCase() + size.slice(1);
  return {
    id: `${OWNER}/${name}${wordTimestamps ? '_timestamped' : ''}`,
    title: `${words}${languages === 'en' ? ', English' : ''}${wordTimestamps ? ', word times' : ''}`,
    size,
    languages,
    wordTimestamps,
    licence: 'MIT',
    parameters,
    decoderParameters,
    tableParameters: VOCABULARY * width,
    backends: wasm ? ['wasm', 'webgpu'] : ['webgpu'],
  };
}

/** What is known of a model by its name alone; null for one that is no hub name. */
export function findModel(id: string): CatalogModel | { id: string; wordTimestamps: boolean } | null {
  const known = CATALOG.find((model) => model.id === id);
  if (known) return known;
  return isRepositoryName(id) ? { id, wordTimestamps: id.endsWith('_timestamped') } : null;
}

/** From here on full precision would take more than a browser gives. */
const LARGE_PARAMETERS = 700 * MILLION;

/** In which number formats a model runs on a backend, the best first. `id`: of the catalog, or any repository's. */
export function dtypesOf(id: string, backend: ModelBackend): readonly DtypePair[] {
  const model = findModel(id);
  const large = model !== null && 'parameters' in model && model.parameters >= LARGE_PARAMETERS;
  return dtypeOrder(backend, { wordTimestamps: model?.wordTimestamps ?? false, large });
}

/** Of matrices; a table of tokens is as precise as the activations. */
const BYTES_PER_WEIGHT = { fp32: 4, fp16: 2, int8: 1, q8: 1, q4: 0.6, q4f16: 0.55 } as const;

const BYTES_PER_TABLE_WEIGHT = { fp32: 4, fp16: 2, int8: 1, q8: 1, q4: 4, q4f16: 2 } as const;

/** About how much is downloaded, in bytes; within a tenth of what users of the hub's exports report (field notes). */
export function approximateBytes(model: CatalogModel, backend: ModelBackend): number {
  const { encoder, decoder } = dtypesOf(model.id, backend)[0]!;
  const encoderParameters = model.parameters - model.decoderParameters;
  const weights =
    encoderParameters * BYTES_PER_WEIGHT[encoder] +
    (model.decoderParameters - model.tableParameters) * BYTES_PER_WEIGHT[decoder] +
    model.tableParameters * BYTES_PER_TABLE_WEIGHT[decoder];
  const tokenizerBytes = 3 * MILLION;
  return Math.round(weights + tokenizerBytes);
}
