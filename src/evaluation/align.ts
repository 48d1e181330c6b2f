/**
 * The fewest edits that turn one sequence into another (Levenshtein), and which they are. In: symbols as numbers.
 * Out: their count, or a list of steps.
 * The one decision to know: 32 cells of the table are computed at once (Myers 1999, in blocks as Hyyrö 2003), and the
 * table is never held (Hirschberg 1975), so that ten hours of speech, 90 000 words, take seconds and a few megabytes.
 */

export type Step = 'equal' | 'substitution' | 'insertion' | 'deletion';

export type Symbols = Int32Array<ArrayBuffer>;

/** Tables up to this many cells are held and walked. */
const MOST_CELLS = 1 << 20;

export function countEdits(reference: Symbols, hypothesis: Symbols): number {
  return lastColumn(reference, hypothesis)[reference.length]!;
}

/** Every symbol of both is in one step, in order. */
export function alignSymbols(reference: Symbols, hypothesis: Symbols): Step[] {
  const steps: Step[] = [];
  align(reference, hypothesis, steps);
  return steps;
}

function align(reference: Symbols, hypothesis: Symbols, steps: Step[]): void {
  const shortest = Math.min(reference.length, hypothesis.length);
  let before = 0;
  while (before < shortest && reference[before] === hypothesis[before]) before++;
  let after = 0;
  while (after < shortest - before && reference.at(-1 - after) === hypothesis.at(-1 - after)) after++;
  push(steps, 'equal', before);
  alignDifferent(
    reference.subarray(before, reference.length - after),
    hypothesis.subarray(before, hypothesis.length - after),
    steps,
  );
  push(steps, 'equal', after);
}

function alignDifferent(reference: Symbols, hypothesis: Symbols, steps: Step[]): void {
  if (reference.length === 0) push(steps, 'insertion', hypothesis.length);
  else if (hypothesis.length === 0) push(steps, 'deletion', reference.length);
  else if (hypothesis.length === 1 || (reference.length + 1) * (hypothesis.length + 1) <= MOST_CELLS)
    walkTable(reference, hypothesis, steps);
  else {
    // Somewhere in the reference lies the place up to which the first half of the hypothesis is best turned into it.
    const middle = hypothesis.length >> 1;
    const ahead = lastColumn(reference, hypothesis.subarray(0, middle));
    const behind = lastColumn(reference.toReversed(), hypothesis.subarray(middle).toReversed());
    let place = 0;
    let fewest = Infinity;
    for (let at = 0; at <= reference.length; at++) {
      const edits = ahead[at]! + behind[reference.length - at]!;
      if (edits < fewest) [place, fewest] = [at, edits];
    }
    align(reference.subarray(0, place), hypothesis.subarray(0, middle), steps);
    align(reference.subarray(place), hypothesis.subarray(middle), steps);
  }
}

function push(steps: Step[], step: Step, times: number): void {
  for (let i = 0; i < times; i++) steps.push(step);
}

/** The table `[reference + 1, hypothesis + 1]` of fewest edits, walked back from its end. */
function walkTable(reference: Symbols, hypothesis: Symbols, steps: Step[]): void {
  const width = hypothesis.length + 1;
  const table = new Int32Array((reference.length + 1) * width);
  for (let h = 0; h < width; h++) table[h] = h;
  for (let r = 1; r <= reference.length; r++) {
    const row = r * width;
    table[row] = r;
    for (let h = 1; h < width; h++) {
      const same = reference[r - 1] === hypothesis[h - 1] ? 0 : 1;
      const edits = Math.min(table[row - width + h]!, table[row + h - 1]!) + 1;
      table[row + h] = Math.min(edits, table[row - width + h - 1]! + same);
    }
  }
  const backwards: Step[] = [];
  let r = reference.length;
  let h = hypothesis.length;
  while (r > 0 || h > 0) {
    const here = table[r * width + h]!;
    if (r > 0 && h > 0 && reference[r - 1] === hypothesis[h - 1]) {
      backwards.push('equal');
      r--;
      h--;
      // Before substitutions, of as many edits: words that agree further on find each other so.
    } else if (r > 0 && here === table[(r - 1) * width + h]! + 1) {
      backwards.push('deletion');
      r--;
    } else if (h > 0 && here === table[r * width + h - 1]! + 1) {
      backwards.push('insertion');
      h--;
    } else {
      backwards.push('substitution');
      r--;
      h--;
    }
  }
  while (backwards.length > 0) steps.push(backwards.pop()!);
}

/**
 * Fewest edits from each beginning of the reference to the whole hypothesis: `[reference + 1]`.
 * Bits of `rises` and `falls` say for 32 rows of the table's current column whether a cell is one more or one less
 * than the one above it.
 */
function lastColumn(reference: Symbols, hypothesis: Symbols): Int32Array {
  const blocks = (reference.length + 31) >> 5;
  const rises = new Int32Array(blocks).fill(-1);
  const falls = new Int32Array(blocks);
  const matches = new Int32Array(blocks);
  const places = placesOf(reference);
  for (const symbol of hypothesis) {
    const here = places.get(symbol) ?? [];
    for (const place of here) matches[place >> 5]! |= 1 << (place & 31);
    let riseIn = 1;
    let fallIn = 0;
    for (let b = 0; b < blocks; b++) {
      const rise = rises[b]!;
      const fall = falls[b]!;
      const match = matches[b]!;
      const begun = match | fallIn;
      const diagonal = (((begun & rise) + rise) ^ rise) | begun | fall;
      const across = fall | ~(diagonal | rise);
      const back = diagonal & rise;
      const shifted = (across << 1) | riseIn;
      const shiftedBack = (back << 1) | fallIn;
      riseIn = across >>> 31;
      fallIn = back >>> 31;
      rises[b] = shiftedBack | ~(diagonal | shifted);
      falls[b] = shifted & diagonal;
    }
    for (const place of here) matches[place >> 5] = 0;
  }
  const column = new Int32Array(reference.length + 1);
  column[0] = hypothesis.length;
  for (let r = 0; r < reference.length; r++) {
    const bit = 1 << (r & 31);
    const step = rises[r >> 5]! & bit ? 1 : falls[r >> 5]! & bit ? -1 : 0;
    column[r + 1] = column[r]! + step;
  }
  return column;
}

function placesOf(symbols: Symbols): Map<number, number[]> {
  const places = new Map<number, number[]>();
  symbols.forEach((symbol, place) => {
    const known = places.get(symbol);
    if (known) known.push(place);
    else places.set(symbol, [place]);
  });
  return places;
}
