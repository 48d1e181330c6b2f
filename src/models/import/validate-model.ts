/**
 * Is this a Whisper model that the engine can run? In: a model in the store. Out: nothing, or `models/invalid` with
 * the first thing that is wrong. The one decision to know: whatever comes from a person's disk is looked at before a
 * runtime sees it, since a malformed graph does not fail there, it traps.
 */
import { LonghandError } from '../../lib/errors';
import type { ModelFiles } from '../../speech/model-files';
import type { ByteSource } from '../byte-source';
import { type OnnxOutline, readOutline, type WeightPlace } from '../onnx-outline';
import { ElementType, type Graph, parseModel, subgraph, tensorAttribute } from '../patch/onnx-model';
import { MalformedProtobuf, readFields, readVarint } from '../patch/protobuf';

export interface ModelToValidate {
  name: string;
  files: ModelFiles;
  /** ONNX files by path. */
  weights: ReadonlyMap<string, ByteSource>;
}

/** Throws `models/invalid`. */
export async function validateModel(
  { name, files, weights }: ModelToValidate,
  options: { signal: AbortSignal },
): Promise<void> {
  const invalid = (detail: string) => new LonghandError('models/invalid', { model: name, detail });
  const readJson = async (path: string): Promise<Json> => {
    const bytes = await files.read(path, options);
    const value = parseJson(bytes);
    if (!value) throw invalid(`${path} is not a JSON object`);
    return value;
  };
  const config = readConfig(await readJson('config.json'));
  if ('wrong' in config) throw invalid(`config.json: ${config.wrong}`);
  await readJson('generation_config.json');
  const tokens = countTokens(await readJson('tokenizer.json'));
  const wrong = disagreement(tokens, config.vocabularySize);
  if (wrong) throw invalid(`tokenizer.json: ${wrong}`);
  for (const [path, source] of weights) {
    options.signal.throwIfAborted();
    const detail = await wrongWithOnnx(path, source, config);
    if (detail) throw invalid(`${path}: ${detail}`);
  }
}

type Json = Record<string, unknown>;

function parseJson(bytes: Uint8Array | null): Json | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes ?? new Uint8Array()));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null;
  } catch {
    return null;
  }
}

interface Config {
  vocabularySize: number;
  hiddenSize: number;
  melBins: number;
  decoderLayers: number;
}

/** Larger than any Whisper model by far, small enough that no product of them overflows. */
const MOST = { vocab_size: 1_000_000, d_model: 16_384, num_mel_bins: 1024, decoder_layers: 256 } as const;

function readConfig(config: Json): Config | { wrong: string } {
  if (config['model_type'] !== 'whisper') {
    return { wrong: `model_type is ${JSON.stringify(config['model_type'])}, not "whisper"` };
  }
  for (const [key, most] of Object.entries(MOST)) {
    const value = config[key];
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > most) {
      return { wrong: `${key} is ${JSON.stringify(value)}` };
    }
  }
  const number = (key: keyof typeof MOST): number => config[key] as number;
  return {
    vocabularySize: number('vocab_size'),
    hiddenSize: number('d_model'),
    melBins: number('num_mel_bins'),
    decoderLayers: number('decoder_layers'),
  };
}

/** One more than the highest token; 0 where there are none. */
function countTokens(tokenizer: Json): number {
  const vocabulary = (tokenizer['model'] as Json | undefined)?.['vocab'];
  const added = tokenizer['added_tokens'];
  const ids: unknown[] = [];
  for (const id of Object.values((vocabulary ?? {}) as Json)) ids.push(id);
  if (Array.isArray(added)) for (const token of added as (Json | null)[]) ids.push(token?.['id']);
  return ids.reduce<number>((most, id) => (typeof id === 'number' && id >= most ? id + 1 : most), 0);
}

/** Older exports leave the 1501 timestamps out of the tokenizer. */
const TIMESTAMPS = 1501;

function disagreement(tokens: number, vocabularySize: number): string | null {
  if (tokens > vocabularySize) return `it has ${tokens} tokens, the model ${vocabularySize}`;
  if (tokens >= vocabularySize - TIMESTAMPS - 8) return null;
  return `it has ${tokens} tokens where the model has ${vocabularySize}`;
}

async function wrongWithOnnx(path: string, source: ByteSource, config: Config): Promise<string | null> {
  try {
    const outline = await readOutline(source);
    const { graph } = parseModel(outline.skeleton);
    return (
      wrongWithWeights(graph, outline) ??
      (path.includes('encoder') ? wrongWithEncoder(graph, config) : wrongWithDecoder(graph, config))
    );
  } catch (error) {
    if (error instanceof MalformedProtobuf || error instanceof RangeError) return error.message;
    throw error;
  }
}

function wrongWithEncoder({ inputs, outputs }: Graph, { melBins, hiddenSize }: Config): string | null {
  const input = inputs.find(({ name }) => name === 'input_features');
  if (!input) return 'it has no input_features';
  if (!agrees(input.shape[1], melBins)) return `it takes ${input.shape[1]} mel bins, not ${melBins}`;
  const width = outputs[0]?.shape[2];
  return agrees(width, hiddenSize) ? null : `it gives ${width} numbers per position, not ${hiddenSize}`;
}

function wrongWithDecoder(
  { inputs, outputs }: Graph,
  { vocabularySize, decoderLayers }: Config,
): string | null {
  const logits = outputs.find(({ name }) => name === 'logits');
  if (!logits) return 'it gives no logits';
  const tokens = logits.shape[2];
  if (!agrees(tokens, vocabularySize)) return `it gives ${tokens} logits, not ${vocabularySize}`;
  const layers = inputs.filter(({ name }) => /^past_key_values\.\d+\.decoder\.key$/.test(name)).length;
  return layers === decoderLayers ? null : `it has a cache of ${layers} layers, not ${decoderLayers}`;
}

/** A dimension may also be a name, or absent. */
const agrees = (dimension: number | string | undefined, expected: number): boolean =>
  typeof dimension !== 'number' || dimension === expected;

function wrongWithWeights(graph: Graph, { weights }: OnnxOutline): string | null {
  for (const place of weights.values()) {
    if (!holdsItsShape(place)) {
      return `the weight ${place.name} of shape ${place.shape.join(' × ')} has ${place.sizeBytes} bytes`;
    }
  }
  const outside = pointsOutside(graph);
  return outside === null ? null : `the weight ${outside} lies outside the file`;
}

const BYTES: Record<number, number> = {
  [ElementType.float32]: 4,
  [ElementType.uint8]: 1,
  [ElementType.int8]: 1,
  [ElementType.int32]: 4,
  [ElementType.int64]: 8,
  [ElementType.bool]: 1,
  [ElementType.float16]: 2,
};

function holdsItsShape({ elementType, shape, sizeBytes }: WeightPlace): boolean {
  const bytes = BYTES[elementType];
  const numbers = shape.reduce((product, length) => product * length, 1);
  return bytes === undefined || (shape.every((length) => length >= 0) && bytes * numbers === sizeBytes);
}

/** TensorProto: the entries and the flag of external data. */
const EXTERNAL_DATA = 13;
const DATA_LOCATION = 14;

/** Name of a tensor with external data, in the graph or the branches inside it. */
function pointsOutside(graph: Graph): string | null {
  const constants = graph.nodes
    .map((node) => tensorAttribute(node, 'value'))
    .filter((it) => it !== undefined);
  for (const { name, encoded } of [...graph.initializers, ...constants]) {
    const outside = readFields(encoded as Uint8Array).some(
      ({ number, content }) =>
        number === EXTERNAL_DATA || (number === DATA_LOCATION && readVarint(content) !== 0n),
    );
    if (outside) return name;
  }
  for (const node of graph.nodes) {
    for (const attribute of node.attributes.keys()) {
      const inner = subgraph(node, attribute);
      const name = inner && pointsOutside(inner);
      if (name) return name;
    }
  }
  return null;
}
