/** Where to cut speech that has no pause: the middle of the quietest tenth of a second. */

const WINDOW_SECONDS = 0.1;
const STEPS_PER_WINDOW = 4;

/** Index into `samples`; the latest of equally quiet places. */
export function quietestPlace(samples: Float32Array, sampleRate: number): number {
  const step = Math.max(1, Math.round((WINDOW_SECONDS * sampleRate) / STEPS_PER_WINDOW));
  const energies: number[] = [];
  for (let at = 0; at + step <= samples.length; at += step) {
    let energy = 0;
    for (let index = at; index < at + step; index++) energy += samples[index]! * samples[index]!;
    energies.push(energy);
  }
  let best = samples.length;
  let least = Infinity;
  for (let first = 0; first + STEPS_PER_WINDOW <= energies.length; first++) {
    let energy = 0;
    for (let offset = 0; offset < STEPS_PER_WINDOW; offset++) energy += energies[first + offset]!;
    if (energy > least) continue;
    least = energy;
    best = Math.round((first + STEPS_PER_WINDOW / 2) * step);
  }
  return best;
}
