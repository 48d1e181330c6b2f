/**
 * Who speaks when, out of windows that overlap. In: voices of the simple method, and the speakers' directions. Out:
 * one speaker for every tenth of a second of speech: each moment is judged by the windows around it, and the whole
 * sequence by Viterbi, in which changing the speaker costs something, less so at a pause.
 */
import { dot, embeddingOf, type SpeakerTurn, type Voices } from './voices';

export const STEP_SECONDS = 0.1;
/** How much a second of likeness weighs against one change of speaker. */
const SHARPNESS = 12;
const CHANGE_COST = 3;
/** A pause of this length halves the cost. */
const PAUSE_SECONDS = 0.3;

interface Moment {
  startSeconds: number;
  endSeconds: number;
  /** Since the moment before. */
  pauseSeconds: number;
}

export function whoWhen(voices: Voices, speakers: readonly Float32Array[]): SpeakerTurn[] {
  const moments = momentsOf(voices.speech);
  if (moments.length === 0 || speakers.length === 0) return [];
  const scores = scoresOf(voices, speakers, moments);
  const path = bestPath(scores, moments, speakers.length);
  return moments.map(({ startSeconds, endSeconds }, i) => ({ startSeconds, endSeconds, speaker: path[i]! }));
}

function momentsOf(speech: Float64Array): Moment[] {
  const moments: Moment[] = [];
  let last = -Infinity;
  for (let i = 0; i < speech.length; i += 2) {
    const [start, end] = [speech[i]!, speech[i + 1]!];
    const count = Math.max(1, Math.round((end - start) / STEP_SECONDS));
    for (let k = 0; k < count; k++) {
      const startSeconds = start + ((end - start) * k) / count;
      const endSeconds = start + ((end - start) * (k + 1)) / count;
      moments.push({ startSeconds, endSeconds, pauseSeconds: startSeconds - last });
      last = endSeconds;
    }
  }
  return moments;
}

/** `[moments, speakers]`: likeness by the windows over each moment, those centred on it most; else by the nearest. */
function scoresOf(
  voices: Voices,
  speakers: readonly Float32Array[],
  moments: readonly Moment[],
): Float32Array {
  const { stretches, owners } = voices;
  const likeness = Array.from({ length: voices.tree.leaves.length }, (_, voice) => {
    const embedding = embeddingOf(voices, voice);
    return speakers.map((speaker) => dot(embedding, speaker));
  });
  const count = speakers.length;
  const scores = new Float32Array(moments.length * count);
  let first = 0;
  moments.forEach(({ startSeconds, endSeconds }, moment) => {
    const at = (startSeconds + endSeconds) / 2;
    while (first < owners.length - 1 && stretches[2 * first + 1]! < at - LONGEST_SECONDS) first++;
    let sum = 0;
    let closest = first;
    let closestSeconds = Infinity;
    for (let i = first; i < owners.length && stretches[2 * i]! < at + LONGEST_SECONDS; i++) {
      const [start, end] = [stretches[2 * i]!, stretches[2 * i + 1]!];
      const off = Math.abs(at - (start + end) / 2);
      if (off < closestSeconds) [closest, closestSeconds] = [i, off];
      const weight = 1 - off / ((end - start) / 2);
      if (weight <= 0) continue;
      sum += weight;
      for (let k = 0; k < count; k++) scores[moment * count + k]! += weight * likeness[owners[i]!]![k]!;
    }
    for (let k = 0; k < count; k++) {
      const score = scores[moment * count + k]!;
      scores[moment * count + k] = sum > 0 ? score / sum : likeness[owners[closest]!]![k]!;
    }
  });
  return scores;
}

/** No window is longer, so none further away can cover a moment. */
const LONGEST_SECONDS = 4;

function bestPath(scores: Float32Array, moments: readonly Moment[], count: number): Int32Array {
  const from = new Uint8Array(moments.length * count);
  let totals = new Float64Array(count);
  moments.forEach(({ startSeconds, endSeconds, pauseSeconds }, moment) => {
    const change = CHANGE_COST / (1 + pauseSeconds / PAUSE_SECONDS);
    let best = 0;
    for (let k = 1; k < count; k++) if (totals[k]! > totals[best]!) best = k;
    const next = new Float64Array(count);
    for (let k = 0; k < count; k++) {
      const stays = totals[k]! >= totals[best]! - change;
      from[moment * count + k] = stays ? k : best;
      const gain = SHARPNESS * scores[moment * count + k]! * (endSeconds - startSeconds);
      next[k] = (stays ? totals[k]! : totals[best]! - change) + gain;
    }
    totals = next;
  });
  const path = new Int32Array(moments.length);
  let k = totals.indexOf(Math.max(...totals));
  for (let moment = moments.length - 1; moment >= 0; moment--) {
    path[moment] = k;
    k = from[moment * count + k]!;
  }
  return path;
}
