/**
 * Dynamic time warping, as openai/whisper's timing.py uses it. In: how well each row (token) fits each column (frame).
 * Out: the column at which each row begins, never falling, the first one 0. Ties go to staying in a row, as there.
 */

/** `fit`: `[rows, columns]`, higher is better. Both at least 1. */
export function warp(fit: Float32Array, rows: number, columns: number): Int32Array {
  const width = columns + 1;
  // Costs of the row before and of this one; of the way only one byte a cell is kept.
  let before = new Float32Array(width).fill(Infinity);
  let here = new Float32Array(width);
  before[0] = 0;
  const DIAGONAL = 0;
  const DOWN = 1;
  const ALONG = 2;
  const steps = new Uint8Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    here[0] = Infinity;
    for (let column = 0; column < columns; column++) {
      const diagonal = before[column]!;
      const down = before[column + 1]!;
      const along = here[column]!;
      let step = ALONG;
      let cost = along;
      if (diagonal < down && diagonal < along) [step, cost] = [DIAGONAL, diagonal];
      else if (down < diagonal && down < along) [step, cost] = [DOWN, down];
      here[column + 1] = cost - fit[row * columns + column]!;
      steps[row * columns + column] = step;
    }
    [before, here] = [here, before];
  }
  const starts = new Int32Array(rows);
  let row = rows - 1;
  let column = columns - 1;
  while (row > 0 || column > 0) {
    starts[row] = column;
    const step = row === 0 ? ALONG : column === 0 ? DOWN : steps[row * columns + column]!;
    if (step !== ALONG) row--;
    if (step !== DOWN) column--;
  }
  starts[0] = 0;
  return starts;
}
