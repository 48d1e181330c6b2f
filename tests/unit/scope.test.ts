import { expect, test } from 'vitest';
import { Scope } from '../../src/lib/scope';

test('disposers run once, last registered first, also when one throws', async () => {
  const order: number[] = [];
  const scope = new Scope();
  scope.add(() => order.push(1));
  scope.add(() => {
    throw new Error('second');
  });
  scope.add(() => order.push(3));
  await expect(scope.close()).rejects.toThrow('second');
  await scope.close();
  expect(order).toEqual([3, 1]);
});

test('a disposer registered after the end runs at once', async () => {
  const scope = new Scope();
  await scope.close();
  let disposed = false;
  scope.add(() => (disposed = true));
  expect(disposed).toBe(true);
});
