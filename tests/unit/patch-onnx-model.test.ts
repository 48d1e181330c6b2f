import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isLonghandError } from '../../src/lib/errors';
import { patchAudioContext } from '../../src/models/patch/audio-context';
import { buildGreedyLoop } from '../../src/models/patch/greedy-loop';
import { parseModel, subgraph, writeModel } from '../../src/models/patch/onnx-model';
import {
  Message,
  readFields,
  readInt64,
  readRepeatedInt64,
  readString,
} from '../../src/models/patch/protobuf';

const embedded = (file: string) =>
  new Uint8Array(readFileSync(new URL(`../../public/models/embedded/onnx/${file}.onnx`, import.meta.url)));

test.each([
  'encoder_model',
  'encoder_model_quantized',
  'decoder_model_merged',
  'decoder_model_merged_quantized',
])('parsing and writing %s gives its own bytes', (file) => {
  const bytes = embedded(file);
  const written = writeModel(parseModel(bytes));
  expect(Buffer.compare(written.join(), bytes)).toBe(0);
});

test('weights are views of the bytes that were read, never copies', () => {
  const bytes = embedded('encoder_model_quantized');
  for (const piece of writeModel(parseModel(bytes)).pieces) {
    if (piece.length > 100) expect(piece.buffer).toBe(bytes.buffer);
  }
});

test('what the model says of itself is read', () => {
  const { graph, operatorSets } = parseModel(embedded('decoder_model_merged'));
  expect(operatorSets.get('')).toBe(18);
  expect(graph.inputs[0]).toMatchObject({
    name: 'input_ids',
    elementType: 7,
    shape: ['batch_size', 'decoder_sequence_length'],
  });
  expect(graph.initializers).toContainEqual(
    expect.objectContaining({
      name: 'model.decoder.embed_tokens.weight_merged_0',
      elementType: 1,
      shape: [2534, 256],
    }),
  );
  const branching = graph.nodes.find(({ operator }) => operator === 'If');
  expect(branching && subgraph(branching, 'then_branch')?.nodes.length).toBe(444);
  expect(branching && subgraph(branching, 'no_such_branch')).toBeUndefined();
});

test('fields and numbers survive writing and reading', () => {
  const field = fc.record({
    number: fc.integer({ min: 1, max: 536_870_911 }),
    value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  });
  fc.assert(
    fc.property(fc.array(field), fc.string(), (integers, text) => {
      const message = new Message();
      for (const { number, value } of integers) message.integer(number, value);
      const outer = readFields(new Message().string(3, text).message(5, message).join());
      expect(outer.map(({ number }) => number)).toEqual([3, 5]);
      expect(readString(outer[0]?.content ?? Uint8Array.of(1))).toBe(Buffer.from(text).toString());
      const inner = readFields(outer[1]?.content ?? Uint8Array.of(1));
      expect(inner.map(({ number, content }) => ({ number, value: readInt64(content) }))).toEqual(integers);
    }),
  );
});

test('repeated numbers read the same packed and one by one', () => {
  const loose = new Message().integers(1, [3000, -1, 0]).join();
  const packed = new Message()
    .bytes(1, Uint8Array.from(readFields(loose).flatMap(({ content }) => [...content])))
    .join();
  expect(readRepeatedInt64(readFields(loose))).toEqual([3000n, -1n, 0n]);
  expect(readRepeatedInt64(readFields(packed))).toEqual([3000n, -1n, 0n]);
});

/** A model small enough for thousands of runs, with the parts that the patch looks at. */
function smallEncoder(): Uint8Array {
  const dimension = (size: number) => new Message().integer(1, size);
  const value = (name: string, sizes: number[]) => {
    const shape = new Message();
    for (const size of sizes) shape.message(1, dimension(size));
    return new Message()
      .string(1, name)
      .message(2, new Message().message(1, new Message().integer(1, 1).message(2, shape)));
  };
  const add = new Message().string(1, 'hidden').string(1, 'table').string(2, 'out').string(4, 'Add');
  const table = new Message()
    .integers(1, [4, 2])
    .integer(2, 1)
    .string(8, 'table')
    .bytes(9, new Uint8Array(32));
  const graph = new Message()
    .message(1, add)
    .message(5, table)
    .message(11, value('hidden', [1, 4, 8]))
    .message(12, value('out', [1, 4, 2]));
  return new Message().integer(1, 8).message(7, graph).message(8, new Message().integer(2, 18)).join();
}

test('any bytes give a result or speech/model-invalid, and end', () => {
  const model = smallEncoder();
  expect(patchAudioContext(model)).not.toBeNull();
  const change = fc.record({ at: fc.nat(model.length - 1), byte: fc.integer({ min: 0, max: 255 }) });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 8 }), fc.nat(model.length), (changes, length) => {
      const hostile = model.slice(0, length);
      for (const { at, byte } of changes) if (at < length) hostile[at] = byte;
      try {
        expect(patchAudioContext(hostile)?.length ?? 0).toBeLessThan(model.length + 1000);
      } catch (error) {
        expect(isLonghandError(error, 'speech/model-invalid')).toBe(true);
      }
    }),
    { numRuns: 3000 },
  );
});

test('an encoder whose length is free already, or that is none, is left alone', () => {
  const patched = patchAudioContext(smallEncoder());
  expect(patched && patchAudioContext(patched)).toBeNull();
  expect(patchAudioContext(embedded('decoder_model_merged_quantized'))).toBeNull();
  expect(() => patchAudioContext(new TextEncoder().encode('not a model'))).toThrow('speech/model-invalid');
});

test('a damaged decoder gives a loop, null or speech/model-invalid', () => {
  const model = embedded('decoder_model_merged_quantized');
  const length = model.length;
  const change = fc.record({ at: fc.nat(length - 1), byte: fc.integer({ min: 0, max: 255 }) });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 200 }), fc.boolean(), fc.nat(length), (changes, isCut, end) => {
      const damaged = isCut ? model.slice(0, end) : model.slice();
      for (const { at, byte } of changes) if (at < damaged.length) damaged[at] = byte;
      try {
        expect(buildGreedyLoop(damaged)?.length ?? 0).toBeLessThan(2 * length);
      } catch (error) {
        expect(isLonghandError(error, 'speech/model-invalid')).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});
