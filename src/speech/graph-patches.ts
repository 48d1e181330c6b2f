/**
 * Edits of an exported model's graphs that the engine uses where it can have them (`models/patch` makes them; the
 * worker wires them in). Each gives the graph of a new model, or null where the export is of another kind; its weights
 * stay in the file that was edited, which the session gets as external data under `weightsPath`.
 */
import type { InferenceSession } from 'onnxruntime-web';

export interface GraphPatches {
  /** An encoder that takes any even number of mel frames up to a full window. */
  audioContext(encoder: Uint8Array): Uint8Array<ArrayBuffer> | null;
  /** A decoder whose greedy loop is inside the graph: a batch is one run. */
  greedyLoop(decoder: Uint8Array): Uint8Array<ArrayBuffer> | null;
  /** Names of that graph's inputs and outputs; shapes stand where they are defined. */
  greedyLoopNames: { inputs: GreedyLoopInputs; outputs: GreedyLoopOutputs };
  /** A decoder that tells where these heads look while it says a text. */
  alignment(decoder: Uint8Array, heads: readonly AlignmentHead[]): Uint8Array<ArrayBuffer> | null;
  alignmentNames: { encoderStates: string; tokens: string; attention: string };
  /** The model as it is, in the same form. */
  asExported(model: Uint8Array): Uint8Array<ArrayBuffer>;
  weightsPath: string;
}

/** Of a decoder: heads whose cross-attention follows the sound. */
export type AlignmentHead = readonly [layer: number, head: number];

export interface GreedyLoopInputs {
  encoderStates: string;
  encoderLengths: string;
  prompt: string;
  maxTokens: string;
  suppressed: string;
  suppressedAtBegin: string;
  startOfTranscriptIndex: string;
  noSpeech: string;
  endOfText: string;
  timestampBegin: string;
  lastInitialTimestamp: string;
}

export interface GreedyLoopOutputs {
  tokens: string;
  logProbabilities: string;
  noSpeechProbability: string;
}

/** The patched decoder, opened. */
export interface GreedyLoop {
  session: InferenceSession;
  names: GraphPatches['greedyLoopNames'];
}
