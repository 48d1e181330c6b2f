/**
 * Greedy decoding of a batch as one run of a graph that holds the loop (`models/patch/greedy-loop`), on WASM.
 * In: encoder output of some windows, a prompt. Out: what `runDecoder` gives for them at temperature 0.
 * The graph reads the encoder's keys and values in place, where step by step ORT copies them at every token.
 */
import type { Tensor } from 'onnxruntime-web';
import { LonghandError } from '../lib/errors';
import { TensorScope } from '../lib/tensor-scope';
import type { DecodedWindow, DecoderModel } from './decoder';
import type { EncodedWindows } from './encoder';
import type { GreedyLoop } from './graph-patches';

/** `prompts`: one for each window, of one length. `maxTokens`: most tokens of a row, the end among them. Throws `speech/garbage-logits` and whatever ORT throws. */
export async function runGreedyLoop(
  model: DecoderModel,
  { session, names }: GreedyLoop,
  { states, positions }: EncodedWindows,
  prompts: readonly (readonly number[])[],
  maxTokens: number,
): Promise<DecodedWindow[]> {
  const { tokens: special, rules } = model;
  const { inputs, outputs } = names;
  const rows = positions.length;
  using scope = new TensorScope(model.ort, model.ledger);
  const numbers = (...values: number[]): Tensor =>
    scope.tensor('int64', BigInt64Array.from(values, BigInt), [values.length]);
  const { bias, biasAtBegin, lastInitialTimestamp } = rules.asVectors();
  const prompt = prompts[0]!;
  const result = await scope.run(
    session,
    {
      [inputs.encoderStates]: states,
      [inputs.encoderLengths]: numbers(...positions),
      [inputs.prompt]: scope.tensor('int64', BigInt64Array.from(prompts.flat(), BigInt), [
        rows,
        prompt.length,
      ]),
      [inputs.maxTokens]: numbers(maxTokens),
      [inputs.suppressed]: scope.tensor('float32', bias, [bias.length]),
      [inputs.suppressedAtBegin]: scope.tensor('float32', biasAtBegin, [bias.length]),
      [inputs.startOfTranscriptIndex]: numbers(prompt.indexOf(special.startOfTranscript)),
      [inputs.noSpeech]: numbers(special.noSpeech ?? special.endOfText),
      [inputs.endOfText]: numbers(special.endOfText),
      [inputs.timestampBegin]: numbers(special.firstTimestamp),
      [inputs.lastInitialTimestamp]: numbers(lastInitialTimestamp),
    },
    [outputs.tokens, outputs.logProbabilities, outputs.noSpeechProbability],
  );
  const tokens = result[outputs.tokens]!.data as BigInt64Array;
  const logProbabilities = result[outputs.logProbabilities]!.data as Float32Array;
  const noSpeech = result[outputs.noSpeechProbability]!.data as Float32Array;
  const steps = tokens.length / rows;
  return positions.map((_, row) => {
    const from = row * steps;
    const said = Array.from(tokens.subarray(from, from + steps), Number);
    const end = said.indexOf(special.endOfText);
    const length = end === -1 ? steps : end;
    const counted = logProbabilities.subarray(from, from + Math.min(length + 1, steps));
    const logProbability = counted.reduce((sum, value) => sum + value, 0);
    if (!Number.isFinite(logProbability)) {
      throw new LonghandError(
        'speech/garbage-logits',
        { detail: `log probability ${logProbability}` },
        { retryable: true },
      );
    }
    return {
      tokens: said.slice(0, length),
      logProbabilities: Array.from(counted.subarray(0, length)),
      averageLogProbability: logProbability / (length + 1),
      noSpeechProbability: special.noSpeech === null ? 0 : noSpeech[row]!,
      ended: end !== -1,
    };
  });
}
