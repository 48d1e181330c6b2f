/**
 * How one weight is kept in a quantized model. In: its place, its use, and the form asked for. Out: the initializers
 * that replace it, with their sizes known before anything is computed, and the computation.
 */
import { LonghandError } from '../../lib/errors';
import type { WeightPlace } from '../onnx-outline';
import { ElementType } from '../patch/onnx-model';
import {
  BLOCK_SIZE,
  quantizeBlocks,
  quantizeColumns,
  quantizeRows,
  type ScaledIntegers,
} from './whole-numbers';
import type { WeightUse } from './weight-uses';

/**
 * - `int8`: whole-number products, activations quantized at run time, as ONNX Runtime's quantize_dynamic makes them
 * - `int8-weights`: int8 on disk, float32 products: the texts of the fp32 model, almost (docs/decisions/0004)
 * - `q4`: 4 bits in blocks of 32 (MatMulNBits)
 */
export type QuantizedForm = 'int8' | 'int8-weights' | 'q4';

/** What stands for one weight. `scaled` is unpacked in front of whatever reads it, the others by their own operators. */
export type WeightKind = 'dynamic-product' | 'block-product' | 'table' | 'scaled';

export interface InitializerHead {
  name: string;
  elementType: number;
  shape: readonly number[];
  sizeBytes: number;
}

export interface QuantizedWeight {
  place: WeightPlace;
  kind: WeightKind;
  /** Whole numbers and scales. */
  heads: readonly [InitializerHead, InitializerHead];
  compute(values: Float32Array): ScaledIntegers<Int8Array | Uint8Array>;
}

/** Null where the weight stays as it is: not float32, read in more than one way, or as no known operator reads it. */
export function planWeight(
  place: WeightPlace,
  uses: ReadonlySet<WeightUse> | undefined,
  form: QuantizedForm,
): QuantizedWeight | null {
  const [use] = uses ?? [];
  const [rows = 0, columns = 0] = place.shape;
  if (place.elementType !== ElementType.float32 || uses?.size !== 1 || rows === 0) return null;
  requireWhole(place);
  const matrix = place.shape.length === 2;
  const head = (suffix: string, elementType: number, shape: readonly number[]): InitializerHead => {
    const bytes = elementType === ElementType.float32 ? 4 : 1;
    return { name: `${place.name}_${suffix}`, elementType, shape, sizeBytes: bytes * size(shape) };
  };
  if (use === 'product' && matrix && form === 'q4') {
    const blocks = Math.ceil(rows / BLOCK_SIZE);
    return {
      place,
      kind: 'block-product',
      heads: [
        head('q4', ElementType.uint8, [columns, blocks, BLOCK_SIZE / 2]),
        head('scales', ElementType.float32, [columns * blocks]),
      ],
      compute: (values) => quantizeBlocks(values, rows, columns),
    };
  }
  if (use === 'product' && matrix) {
    return {
      place,
      kind: form === 'int8' ? 'dynamic-product' : 'scaled',
      heads: [head('int8', ElementType.int8, place.shape), head('scales', ElementType.float32, [columns])],
      compute: (values) => quantizeColumns(values, rows, columns),
    };
  }
  if ((use === 'table' && matrix) || use === 'convolution') {
    const perRow = [rows, ...place.shape.slice(1).map(() => 1)];
    return {
      place,
      kind: use === 'table' ? 'table' : 'scaled',
      heads: [head('int8', ElementType.int8, place.shape), head('scales', ElementType.float32, perRow)],
      compute: (values) => quantizeRows(values, rows, size(place.shape) / rows),
    };
  }
  return null;
}

const size = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);

/** The shape is the model's word; the content must have as many numbers. */
function requireWhole({ name, shape, sizeBytes }: WeightPlace): void {
  if (4 * size(shape) === sizeBytes) return;
  throw new LonghandError('models/invalid', {
    model: name,
    detail: `a weight of shape ${shape.join(' × ')} has ${sizeBytes} bytes`,
  });
}
