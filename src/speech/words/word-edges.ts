/**
 * The edges of words, made fit to be shown. In: where words begin, which frames hold sound. Out: start and end of each,
 * out of the pauses, in order, inside the window, and none shorter than can be heard: time warping gives a pause to the
 * word before or after it, and lets words that it cannot place share one moment, often the window's last.
 */
import { SECONDS_PER_POSITION } from './token-times';

export interface WordEdges {
  startSeconds: number;
  endSeconds: number;
}

/** A pause, in frames; shorter ones are stops inside words (`k`, `p`, `t`). */
const SHORTEST_PAUSE = 4;
/** So much sound before a pause is the tail of the word before. */
const LONGEST_TAIL = 4;
const SHORTEST_WORD_SECONDS = 0.04;

/** `starts`: of each word, and the end of the last; seconds in the window, never falling. */
export function wordEdges(starts: readonly number[], voiced: Uint8Array, lengthSeconds: number): WordEdges[] {
  const edges = starts.slice(0, -1).map((start, word) => outOfPauses(start, starts[word + 1]!, voiced));
  return apart(edges, lengthSeconds);
}

function outOfPauses(startSeconds: number, endSeconds: number, voiced: Uint8Array): WordEdges {
  const first = Math.round(startSeconds / SECONDS_PER_POSITION);
  const end = Math.min(voiced.length, Math.round(endSeconds / SECONDS_PER_POSITION));
  const whole = { startSeconds, endSeconds };
  const begin = afterPause(first, end, 1, voiced);
  const stop = afterPause(end - 1, first - 1, -1, voiced);
  // Nothing but silence, or sound on either side of one pause: nothing tells which is the word.
  if (begin === null || stop === null || begin > stop) return whole;
  return {
    startSeconds: begin === first ? startSeconds : begin * SECONDS_PER_POSITION,
    endSeconds: stop === end - 1 ? endSeconds : (stop + 1) * SECONDS_PER_POSITION,
  };
}

/** The frame where the word begins, seen from one of its edges; null where only silence follows. */
function afterPause(from: number, to: number, step: 1 | -1, voiced: Uint8Array): number | null {
  let tail = from;
  while (tail !== to && voiced[tail] === 1) tail += step;
  if (Math.abs(tail - from) > LONGEST_TAIL) return from;
  let sound = tail;
  while (sound !== to && voiced[sound] !== 1) sound += step;
  if (sound === to) return tail === from ? null : from;
  return Math.abs(sound - tail) >= SHORTEST_PAUSE ? sound : from;
}

/** In order and inside the window, each as long as a word is at least: later ones give way first, then earlier ones. */
function apart(edges: readonly WordEdges[], lengthSeconds: number): WordEdges[] {
  const shortest = Math.min(SHORTEST_WORD_SECONDS, lengthSeconds / Math.max(1, edges.length));
  let earliest = 0;
  const forward = edges.map(({ startSeconds, endSeconds }) => {
    const start = Math.max(startSeconds, earliest);
    earliest = Math.max(endSeconds, start + shortest);
    return { startSeconds: start, endSeconds: earliest };
  });
  let latest = lengthSeconds;
  return forward
    .toReversed()
    .map(({ startSeconds, endSeconds }) => {
      const end = Math.min(endSeconds, latest);
      latest = Math.max(0, Math.min(startSeconds, end - shortest));
      return { startSeconds: latest, endSeconds: end };
    })
    .toReversed();
}
