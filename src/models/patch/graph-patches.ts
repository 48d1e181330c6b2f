/** The edits that the speech engine uses, in the form in which it asks for them. */
import type { GraphPatches } from '../../speech/graph-patches';
import { patchAudioContext } from './audio-context';
import { buildGreedyLoop, GREEDY_LOOP_INPUTS, GREEDY_LOOP_OUTPUTS } from './greedy-loop';

export const graphPatches: GraphPatches = {
  audioContext: patchAudioContext,
  greedyLoop: buildGreedyLoop,
  greedyLoopNames: { inputs: GREEDY_LOOP_INPUTS, outputs: GREEDY_LOOP_OUTPUTS },
};
