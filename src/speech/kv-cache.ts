/**
 * The decoder's memory of a batch: keys and values of its own tokens, which grow by one at every step, and those of
 * the encoder's output, made once. In: the outputs of a step. Out: the inputs of the next.
 * The cache takes its tensors out of the step's scope and frees what it replaces, so at most one step's are alive.
 */
import type { InferenceSession, Tensor } from 'onnxruntime-web';
import { floatFormat, type TensorLedger, type TensorMap, type TensorScope } from '../lib/tensor-scope';

const parts = ['key', 'value'] as const;
const entries = (layers: number, side: 'decoder' | 'encoder'): string[] =>
  Array.from({ length: layers }, (_, layer) => parts.map((part) => `${layer}.${side}.${part}`)).flat();

/** Names under which a merged decoder puts out its cache. */
export const presentNames = (layers: number): string[] =>
  [...entries(layers, 'decoder'), ...entries(layers, 'encoder')].map((entry) => `present.${entry}`);

export interface CacheShape {
  layers: number;
  heads: number;
  headSize: number;
}

export class KvCache implements Disposable {
  readonly shape: CacheShape;
  #ledger: TensorLedger;
  #past: TensorMap = {};

  constructor(shape: CacheShape, ledger: TensorLedger) {
    this.shape = shape;
    this.#ledger = ledger;
  }

  /**
   * Inputs of the first step, `[rows, heads, 0, headSize]`: there is nothing to remember yet. In the number format that the
   * session keeps it in, which half-precision exports do throughout. They belong to `scope`.
   */
  static emptyFeeds(
    { layers, heads, headSize }: CacheShape,
    session: InferenceSession,
    rows: number,
    scope: TensorScope,
  ): TensorMap {
    const names = [...entries(layers, 'decoder'), ...entries(layers, 'encoder')];
    return Object.fromEntries(
      names
        .map((name) => `past_key_values.${name}`)
        .map((name) => [
          name,
          scope.floats(floatFormat(session, name), new Float32Array(0), [rows, heads, 0, headSize]),
        ]),
    );
  }

  /** Inputs of a later step. They stay the cache's. */
  feeds(): TensorMap {
    return this.#past;
  }

  /** Outputs to fetch: the encoder's side only at the first step, since it never changes. */
  fetches(firstStep: boolean): string[] {
    const own = entries(this.shape.layers, 'decoder').map((entry) => `present.${entry}`);
    return firstStep ? presentNames(this.shape.layers) : own;
  }

  /** Takes over the fetched outputs of a step; what they replace is freed. */
  replace(outputs: Record<string, Tensor>, names: readonly string[], scope: TensorScope): void {
    for (const name of names) {
      const input = name.replace('present.', 'past_key_values.');
      const former = this.#past[input];
      this.#past[input] = scope.release(outputs[name]!);
      if (former) this.#ledger.dispose(former);
    }
  }

  /** True where rows can be dropped by copying in main memory. */
  get compactable(): boolean {
    return Object.values(this.#past).every((tensor) => tensor.location === 'cpu');
  }

  /** Keeps only these rows of the batch. */
  keepRows(rows: readonly number[], scope: TensorScope): void {
    for (const [name, former] of Object.entries(this.#past)) {
      this.#past[name] = scope.release(scope.rowsOf(former, rows));
      this.#ledger.dispose(former);
    }
  }

  [Symbol.dispose](): void {
    for (const tensor of Object.values(this.#past)) this.#ledger.dispose(tensor);
    this.#past = {};
  }
}
