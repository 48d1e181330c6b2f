/**
 * The only place that makes and runs tensors. In: arrays and sessions. Out: tensors owned by a scope, freed when it
 * ends, on success, throw and abort alike. What must outlive a scope (the KV cache) leaves it by `release`, explicitly.
 * The live ones are counted, with their bytes; weights are not tensors here.
 */
import type { InferenceSession, Tensor } from 'onnxruntime-web';
import { fromFloat16, type Float16Values, toFloat16 } from './float16';
import type { OnnxRuntime } from './onnx-runtime';

export interface TensorCount {
  tensors: number;
  bytes: number;
  /** Part of `bytes` that lies in GPU buffers. */
  gpuBytes: number;
}

/** Live tensors of one engine. */
export class TensorLedger {
  #sizes = new Map<Tensor, { bytes: number; gpu: boolean }>();
  #bytes = 0;
  #gpuBytes = 0;

  add(tensor: Tensor): void {
    if (this.#sizes.has(tensor)) return;
    const size = { bytes: tensorBytes(tensor), gpu: tensor.location === 'gpu-buffer' };
    this.#sizes.set(tensor, size);
    this.#bytes += size.bytes;
    if (size.gpu) this.#gpuBytes += size.bytes;
  }

  /** Frees the tensor's memory; harmless when repeated. */
  dispose(tensor: Tensor): void {
    const size = this.#sizes.get(tensor);
    if (!size) return;
    this.#sizes.delete(tensor);
    this.#bytes -= size.bytes;
    if (size.gpu) this.#gpuBytes -= size.bytes;
    tensor.dispose();
  }

  get count(): TensorCount {
    return { tensors: this.#sizes.size, bytes: this.#bytes, gpuBytes: this.#gpuBytes };
  }
}

export type TensorMap = Record<string, Tensor>;

/** Number formats that models take and give values in; here they are always worked with as float32. */
export type FloatFormat = 'float32' | 'float16';

interface ElementArrays {
  float32: Float32Array;
  int64: BigInt64Array;
  bool: Uint8Array;
}

export class TensorScope implements Disposable {
  #owned = new Set<Tensor>();
  #ort: OnnxRuntime;
  #ledger: TensorLedger;

  constructor(ort: OnnxRuntime, ledger: TensorLedger) {
    this.#ort = ort;
    this.#ledger = ledger;
  }

  /** A tensor over `values` (not copied); freed with the scope. */
  tensor<T extends keyof ElementArrays>(type: T, values: ElementArrays[T], dims: readonly number[]): Tensor {
    return this.own(new this.#ort.Tensor(type, values as Float32Array, dims));
  }

  /** As `tensor`, in the format that an input asks for: a rounded copy where that is float16. */
  floats(format: FloatFormat, values: Float32Array, dims: readonly number[]): Tensor {
    if (format === 'float32') return this.tensor('float32', values, dims);
    const halves = toFloat16(values) as unknown as Uint16Array;
    return this.own(new this.#ort.Tensor('float16', halves, dims));
  }

  /** A float32 tensor in the format that an input asks for: itself where that is its own. */
  inFormat(format: FloatFormat, tensor: Tensor): Tensor {
    return format === 'float32' ? tensor : this.floats(format, readFloats(tensor), tensor.dims);
  }

  /** Some rows of a tensor in main memory along its first axis, as a copy of the same format. */
  rowsOf(tensor: Tensor, rows: readonly number[]): Tensor {
    const from = tensor.data as Float32Array;
    const size = from.length / tensor.dims[0]!;
    const values = from.slice(0, rows.length * size);
    rows.forEach((row, i) => values.set(from.subarray(row * size, (row + 1) * size), i * size));
    const dims = [rows.length, ...tensor.dims.slice(1)];
    return this.own(new this.#ort.Tensor(tensor.type as 'float32', values, dims));
  }

  /** Runs the session; the fetched outputs belong to this scope. Outputs not named in `fetch` are never copied out. */
  async run<N extends string>(
    session: InferenceSession,
    feeds: TensorMap,
    fetch: readonly N[],
  ): Promise<Record<N, Tensor>> {
    const outputs = await session.run(feeds, fetch);
    for (const tensor of Object.values(outputs)) this.own(tensor);
    return outputs as unknown as Record<N, Tensor>;
  }

  /** Takes ownership of a tensor. */
  own(tensor: Tensor): Tensor {
    this.#ledger.add(tensor);
    this.#owned.add(tensor);
    return tensor;
  }

  /** Gives ownership away: whoever takes the tensor disposes of it, through another scope or the ledger. */
  release(tensor: Tensor): Tensor {
    this.#owned.delete(tensor);
    return tensor;
  }

  /** Frees one tensor before the scope ends. */
  dispose(tensor: Tensor): void {
    this.#owned.delete(tensor);
    this.#ledger.dispose(tensor);
  }

  [Symbol.dispose](): void {
    for (const tensor of this.#owned) this.#ledger.dispose(tensor);
    this.#owned.clear();
  }
}

/** Values of a float tensor in main memory as float32: its own where that is its format, else a copy. */
export function readFloats(tensor: Tensor): Float32Array {
  const { data } = tensor;
  return data instanceof Float32Array ? data : fromFloat16(data as unknown as Float16Values);
}

/** In which format an input of a session wants its numbers. */
export function floatFormat({ inputMetadata }: InferenceSession, input: string): FloatFormat {
  const found = inputMetadata.find(({ name }) => name === input);
  return found?.isTensor && found.type === 'float16' ? 'float16' : 'float32';
}

const BYTES_PER_ELEMENT: Partial<Record<Tensor.Type, number>> = {
  float32: 4,
  float16: 2,
  int64: 8,
  int32: 4,
  bool: 1,
};

function tensorBytes(tensor: Tensor): number {
  return tensor.size * (BYTES_PER_ELEMENT[tensor.type] ?? 4);
}
