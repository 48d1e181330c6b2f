/**
 * What goes wrong under a run: a device that is lost, memory that ends. In: the work. Out: its result, or the failure by
 * its name. Throws `speech/device-lost`, `speech/out-of-memory`, and what the work throws.
 */
import { yieldToEvents } from '../lib/abort';
import { LonghandError } from '../lib/errors';
import type { SpeechModel } from './model';

/** A run on a lost device resolves with garbage or fails with any message: what it gave is dropped. */
export async function withDevice<T>(model: SpeechModel, work: () => Promise<T>): Promise<T> {
  const lost = (cause?: unknown): LonghandError | null => {
    const detail = model.deviceLoss();
    if (detail === null) return null;
    return (
      outOfMemory(model, new Error(detail)) ??
      new LonghandError('speech/device-lost', { detail }, { retryable: true, cause })
    );
  };
  let result: T;
  try {
    result = await work();
  } catch (error) {
    await yieldToEvents();
    throw lost(error) ?? outOfMemory(model, error) ?? error;
  }
  // The browser tells of a loss in a turn of its own, which may come after the last read that it spoiled.
  await yieldToEvents();
  const failure = lost();
  if (failure) throw failure;
  return result;
}

/**
 * ORT tells it in words only, and not always the same ones; a runtime built without exceptions aborts where an
 * allocation fails, and V8's words are those of its RangeErrors for heaps and arrays.
 */
const OUT_OF_MEMORY =
  /bad_alloc|out of memory|allocation failed|(failed|unable) to (allocate|grow)|could not allocate|cannot enlarge memory|aborted\(/i;

function outOfMemory(model: SpeechModel, cause: unknown): LonghandError | null {
  if (!(cause instanceof Error) || cause instanceof LonghandError) return null;
  const detail = cause.message;
  if (!OUT_OF_MEMORY.test(detail)) return null;
  const { windowFrames, hiddenSize, decoderLayers } = model.config;
  // Of one window: the encoder's output, and keys and values made of it in every layer.
  const neededBytes = (windowFrames / 2) * hiddenSize * 4 * (1 + 2 * decoderLayers);
  return new LonghandError('speech/out-of-memory', { neededBytes, detail }, { retryable: true, cause });
}
