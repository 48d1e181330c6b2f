/**
 * The published simple method that ours is held against: agglomerative clustering of Gaussians over MFCC by the
 * Bayesian information criterion (S. Chen, P. Gopalakrishnan, "Speaker, environment and channel change detection and
 * clustering via the Bayesian information criterion", 1998), as LIUM's and ICSI's first systems had it: short uniform
 * pieces, neighbours joined first, then any two, until nothing gains. Full covariances, 19 coefficients.
 */
import { FilterBank, MEL_BANDS } from '../../src/speakers/fbank';
import type { TimeRange } from '../../src/lib/time-ranges';
import type { Turn } from '../../src/transcript/turns';

const COEFFICIENTS = 19;
const PIECE_SECONDS = 2;
const FRAMES_PER_SECOND = 100;

interface Gaussian {
  count: number;
  sum: Float64Array;
  squares: Float64Array;
  logDeterminant: number;
  pieces: TimeRange[];
}

/** `penalty`: lambda; `count` null stops where nothing gains. */
export function bicDiarization(
  samples: Float32Array,
  speech: readonly TimeRange[],
  { penalty = 1, count = null }: { penalty?: number; count?: number | null } = {},
): Turn[] {
  const features = mfcc(new FilterBank().compute(samples));
  let groups = piecesOf(speech).flatMap((piece) => gaussianOf(features, piece) ?? []);
  const gain = (a: Gaussian, b: Gaussian) => deltaBic(a, b, penalty);
  // Neighbours that are one voice.
  for (let i = 0; i + 1 < groups.length;) {
    const [a, b] = [groups[i]!, groups[i + 1]!];
    const gap = b.pieces[0]!.startSeconds - a.pieces.at(-1)!.endSeconds;
    if (gap < 0.3 && gain(a, b) < 0) groups.splice(i, 2, joined(a, b));
    else i++;
  }
  const costs = groups.map((a, i) => groups.map((b, j) => (j < i ? gain(a, b) : Infinity)));
  while (groups.length > (count ?? 1)) {
    let [best, x, y] = [Infinity, 0, 0];
    for (let i = 1; i < groups.length; i++)
      for (let j = 0; j < i; j++) if (costs[i]![j]! < best) [best, x, y] = [costs[i]![j]!, i, j];
    if (count === null && best >= 0) break;
    const both = joined(groups[x]!, groups[y]!);
    groups[y] = both;
    groups.splice(x, 1);
    costs.splice(x, 1);
    for (const row of costs) row.splice(x, 1);
    for (let i = 0; i < groups.length; i++)
      if (i !== y) costs[Math.max(i, y)]![Math.min(i, y)] = gain(groups[i]!, both);
  }
  groups = groups.filter(({ count: frames }) => frames > 0);
  return groups
    .flatMap(({ pieces }, i) => pieces.map((piece) => ({ ...piece, speaker: `bic ${i}` })))
    .sort((a, b) => a.startSeconds - b.startSeconds);
}

const piecesOf = (speech: readonly TimeRange[]): TimeRange[] =>
  speech.flatMap(({ startSeconds, endSeconds }) => {
    const count = Math.max(1, Math.round((endSeconds - startSeconds) / PIECE_SECONDS));
    const length = (endSeconds - startSeconds) / count;
    return Array.from({ length: count }, (_, i) => ({
      startSeconds: startSeconds + i * length,
      endSeconds: startSeconds + (i + 1) * length,
    }));
  });

/** Cosine transform of log energies, the first (loudness) left out. `[frames, 19]`. */
function mfcc(energies: Float32Array): Float64Array[] {
  const basis = Array.from({ length: COEFFICIENTS }, (_, k) =>
    Float64Array.from({ length: MEL_BANDS }, (__, band) =>
      Math.cos((Math.PI * (k + 1) * (band + 0.5)) / MEL_BANDS),
    ),
  );
  return Array.from({ length: energies.length / MEL_BANDS }, (_, frame) =>
    Float64Array.from(basis, (row) =>
      row.reduce((sum, weight, band) => sum + weight * energies[frame * MEL_BANDS + band]!, 0),
    ),
  );
}

function gaussianOf(features: readonly Float64Array[], piece: TimeRange): Gaussian | null {
  const rows = features.slice(
    Math.round(piece.startSeconds * FRAMES_PER_SECOND),
    Math.round(piece.endSeconds * FRAMES_PER_SECOND),
  );
  if (rows.length < COEFFICIENTS + 5) return null;
  const sum = new Float64Array(COEFFICIENTS);
  const squares = new Float64Array(COEFFICIENTS * COEFFICIENTS);
  for (const row of rows)
    for (let i = 0; i < COEFFICIENTS; i++) {
      sum[i]! += row[i]!;
      for (let j = 0; j < COEFFICIENTS; j++) squares[i * COEFFICIENTS + j]! += row[i]! * row[j]!;
    }
  return complete({ count: rows.length, sum, squares, pieces: [piece] });
}

const complete = (sums: Omit<Gaussian, 'logDeterminant'>): Gaussian => ({
  ...sums,
  logDeterminant: logDeterminant(sums),
});

const joined = (a: Gaussian, b: Gaussian): Gaussian =>
  complete({
    count: a.count + b.count,
    sum: a.sum.map((x, i) => x + b.sum[i]!),
    squares: a.squares.map((x, i) => x + b.squares[i]!),
    pieces: [...a.pieces, ...b.pieces],
  });

/** Negative where one Gaussian describes both better than two. */
function deltaBic(a: Gaussian, b: Gaussian, penalty: number): number {
  const both = joined(a, b);
  const parameters = COEFFICIENTS + (COEFFICIENTS * (COEFFICIENTS + 1)) / 2;
  return (
    (both.count * both.logDeterminant - a.count * a.logDeterminant - b.count * b.logDeterminant) / 2 -
    (penalty * parameters * Math.log(both.count)) / 2
  );
}

/** Of the covariance, by Cholesky. */
function logDeterminant({ count, sum, squares }: Omit<Gaussian, 'logDeterminant'>): number {
  const n = COEFFICIENTS;
  const l = new Float64Array(n * n);
  let log = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let value = squares[i * n + j]! / count - (sum[i]! * sum[j]!) / (count * count) + (i === j ? 1e-3 : 0);
      for (let k = 0; k < j; k++) value -= l[i * n + k]! * l[j * n + k]!;
      l[i * n + j] = i === j ? Math.sqrt(Math.max(value, 1e-9)) : value / l[j * n + j]!;
    }
    log += 2 * Math.log(l[i * n + i]!);
  }
  return log;
}
