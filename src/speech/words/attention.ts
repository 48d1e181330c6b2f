/**
 * Where the decoder looks while it says a known text. In: a window's encoder states, the tokens. Out: attention of the
 * alignment heads. One pass without a search: by the graph made for it (`models/patch/alignment`), else by the export's
 * own cross-attentions, else null.
 */
import type { InferenceSession, Tensor } from 'onnxruntime-web';
import { floatFormat, readFloats, TensorScope } from '../../lib/tensor-scope';
import type { DecoderModel } from '../decoder';
import type { AlignmentHead, GraphPatches } from '../graph-patches';
import { KvCache } from '../kv-cache';
import type { WhisperConfig } from '../whisper-config';
import type { Attention } from './token-times';

/** The graph made for it, opened. */
export interface AlignmentSession {
  session: InferenceSession;
  names: GraphPatches['alignmentNames'];
}

/** As the model tells; else all heads of the later half of layers, as openai/whisper does. */
export function alignmentHeads({ generation, decoderLayers, decoderHeads }: WhisperConfig): AlignmentHead[] {
  const told = generation['alignment_heads'];
  const isHead = (pair: unknown): pair is [number, number] =>
    Array.isArray(pair) &&
    pair.length === 2 &&
    isBelow(decoderLayers, pair[0]) &&
    isBelow(decoderHeads, pair[1]);
  if (Array.isArray(told) && told.length > 0 && told.every(isHead)) return told;
  const half = Math.floor(decoderLayers / 2);
  return Array.from({ length: decoderLayers - half }, (_, layer) =>
    Array.from({ length: decoderHeads }, (_, head) => [half + layer, head] as const),
  ).flat();
}

const isBelow = (limit: number, value: unknown): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < limit;

/** `states`: `[1, positions, hidden]`, stays the caller's. Throws whatever ORT throws. */
export async function runAttention(
  model: DecoderModel,
  states: Tensor,
  tokens: readonly number[],
): Promise<Attention | null> {
  using scope = new TensorScope(model.ort, model.ledger);
  const ids = scope.tensor('int64', BigInt64Array.from(tokens, BigInt), [1, tokens.length]);
  const own = await model.alignment();
  if (own) {
    const { session, names } = own;
    const feeds = { [names.encoderStates]: states, [names.tokens]: ids };
    const { [names.attention]: attention } = await scope.run(session, feeds, [names.attention]);
    const [, heads = 0, rows = 0, positions = 0] = attention!.dims;
    return { weights: readFloats(attention!), heads, rows, positions };
  }
  const session = await model.session();
  const layers = [...new Set(model.alignmentHeads.map(([layer]) => layer))];
  const outputs = layers.map((layer) => `cross_attentions.${layer}`);
  if (!outputs.every((name) => session.outputNames.includes(name))) return null;
  const feeds = {
    input_ids: ids,
    encoder_hidden_states: scope.inFormat(floatFormat(session, 'encoder_hidden_states'), states),
    use_cache_branch: scope.tensor('bool', Uint8Array.of(0), [1]),
    ...KvCache.emptyFeeds(model.cacheShape, session, 1, scope),
  };
  const results = await scope.run(session, feeds, outputs);
  return chooseHeads(model.alignmentHeads, (layer) => results[`cross_attentions.${layer}`]!);
}

/** `layer` gives `[1, all heads, rows, positions]`. */
function chooseHeads(heads: readonly AlignmentHead[], layer: (index: number) => Tensor): Attention {
  const [, , rows = 0, positions = 0] = layer(heads[0]![0]).dims;
  const size = rows * positions;
  const weights = new Float32Array(heads.length * size);
  heads.forEach(([at, head], i) => {
    weights.set(readFloats(layer(at)).subarray(head * size, (head + 1) * size), i * size);
  });
  return { weights, heads: heads.length, rows, positions };
}
