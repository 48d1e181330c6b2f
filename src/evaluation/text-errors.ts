/**
 * Word and character error rate. In: a reference and a hypothesis. Out: the rates, and both texts as one list of
 * passages that agree or do not. Checked against jiwer (tests/fixtures/evaluation).
 */
import { alignSymbols, countEdits, type Step, type Symbols } from './align';
import { charactersOf, wordsOf, type TextOptions, type TextPiece, type Word } from './words';

/** Neighbouring words with which the same happened. */
export interface Passage {
  kind: Step;
  /** Words as written; empty for an insertion. */
  reference: string[];
  /** Empty for a deletion. */
  hypothesis: string[];
  /** When the passage is spoken, by the hypothesis where it has it, else by the reference. */
  startSeconds: number | null;
}

export interface TextErrors {
  words: ErrorCounts;
  /** Of characters only how many are wrong. */
  characters: { rate: number | null; errors: number; total: number };
  /** All of both texts, in order. */
  passages: Passage[];
}

export interface ErrorCounts {
  /** Errors as a share of the reference's words, which may be above 1; null where it has none and there are errors. */
  rate: number | null;
  errors: number;
  substitutions: number;
  insertions: number;
  deletions: number;
  /** In the reference. */
  total: number;
}

export function textErrors(
  reference: readonly TextPiece[],
  hypothesis: readonly TextPiece[],
  options: TextOptions = {},
): TextErrors {
  const spoken = wordsOf(reference, options);
  const written = wordsOf(hypothesis, options);
  const compared = ({ compared }: Word) => compared;
  const steps = alignSymbols(...asSymbols(spoken.map(compared), written.map(compared)));
  const count = (step: Step) => steps.filter((each) => each === step).length;
  const [substitutions, insertions, deletions] = [
    count('substitution'),
    count('insertion'),
    count('deletion'),
  ];
  const errors = substitutions + insertions + deletions;
  const characters = charactersOf(spoken);
  const wrongCharacters = countEdits(...asSymbols(characters, charactersOf(written)));
  return {
    words: {
      rate: share(errors, spoken.length),
      errors,
      substitutions,
      insertions,
      deletions,
      total: spoken.length,
    },
    characters: {
      rate: share(wrongCharacters, characters.length),
      errors: wrongCharacters,
      total: characters.length,
    },
    passages: passagesOf(steps, spoken, written),
  };
}

const share = (errors: number, total: number): number | null =>
  total > 0 ? errors / total : errors > 0 ? null : 0;

/** The same number for the same text. */
function asSymbols(a: readonly string[], b: readonly string[]): [Symbols, Symbols] {
  const numbers = new Map<string, number>();
  const symbol = (text: string): number => {
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    return number;
  };
  return [Int32Array.from(a, symbol), Int32Array.from(b, symbol)];
}

function passagesOf(steps: readonly Step[], spoken: readonly Word[], written: readonly Word[]): Passage[] {
  const passages: Passage[] = [];
  let r = 0;
  let h = 0;
  for (const kind of steps) {
    const said = kind === 'insertion' ? undefined : spoken[r++];
    const wrote = kind === 'deletion' ? undefined : written[h++];
    let last = passages.at(-1);
    if (last?.kind !== kind) {
      const startSeconds = wrote?.startSeconds ?? said?.startSeconds ?? null;
      last = { kind, reference: [], hypothesis: [], startSeconds };
      passages.push(last);
    }
    if (said) last.reference.push(said.text);
    if (wrote) last.hypothesis.push(wrote.text);
  }
  return passages;
}
