/**
 * The edits that the speech engine uses, in the form in which it asks for them. Weights stay in the file they came in:
 * an edited model is its graph alone, and the runtime takes the file as external data.
 */
import type { GraphPatches } from '../../speech/graph-patches';
import { ALIGNMENT_INPUTS, ALIGNMENT_OUTPUTS, buildAlignment } from './alignment';
import { patchAudioContext } from './audio-context';
import { inFile, leaveWeights, WEIGHTS_PATH } from './external-weights';
import { buildGreedyLoop, GREEDY_LOOP_INPUTS, GREEDY_LOOP_OUTPUTS } from './greedy-loop';

export const graphPatches: GraphPatches = {
  audioContext: (encoder) => patchAudioContext(encoder, inFile(encoder)),
  greedyLoop: (decoder) => buildGreedyLoop(decoder, inFile(decoder)),
  greedyLoopNames: { inputs: GREEDY_LOOP_INPUTS, outputs: GREEDY_LOOP_OUTPUTS },
  alignment: (decoder, heads) => buildAlignment(decoder, heads, inFile(decoder)),
  alignmentNames: { ...ALIGNMENT_INPUTS, ...ALIGNMENT_OUTPUTS },
  asExported: leaveWeights,
  weightsPath: WEIGHTS_PATH,
};
