import * as Comlink from 'comlink';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isLonghandError, LonghandError } from '../../src/lib/errors';
import { openChunks } from '../../src/protocol/chunk-port';
import { connect, type Connection } from '../../src/protocol/connect';
import type { EchoService } from './workers/echo';

let connection: Connection<EchoService>;

beforeEach(async () => {
  const worker = new Worker(new URL('./workers/echo.ts', import.meta.url), { type: 'module' });
  connection = await connect<EchoService>(worker, 'echo');
});
afterEach(() => connection.close());

test('an error keeps its code, numbers, retryability and cause', async () => {
  const error: unknown = await connection.remote.fail().catch((thrown: unknown) => thrown);
  expect(isLonghandError(error, 'media/stalled')).toBe(true);
  const stalled = error as LonghandError<'media/stalled'>;
  expect(stalled.values).toEqual({ name: 'a.mp3', atSeconds: 3, waitedSeconds: 10 });
  expect(stalled.retryable).toBe(true);
  expect(String(stalled.cause)).toContain('the disk sleeps');
});

test('a call to a worker that ends itself rejects, and so does every later one', async () => {
  await expect(connection.remote.die()).rejects.toMatchObject({ code: 'worker/dead' });
  await expect(connection.remote.echo(1)).rejects.toMatchObject({ code: 'worker/dead' });
  expect(connection.died.aborted).toBe(true);
});

test('a call that waits when the page ends the worker rejects', async () => {
  const waiting = connection.remote.untilAborted(new AbortController().signal);
  connection.close();
  await expect(waiting).rejects.toMatchObject({ code: 'worker/dead' });
});

test('a worker whose script is missing fails to start', async () => {
  const worker = new Worker('/no-such-worker.js', { type: 'module' });
  await expect(connect(worker, 'missing')).rejects.toMatchObject({ code: 'worker/failed-to-start' });
});

test('an abort crosses with its reason', async () => {
  const controller = new AbortController();
  const heard = connection.remote.untilAborted(controller.signal);
  controller.abort(new LonghandError('job/aborted', { atSeconds: 1 }));
  expect(await heard).toBe('job/aborted');
});

test('a handle stays in the worker, and closing it gives its port back', async () => {
  const counter = await connection.remote.openCounter();
  expect(await counter.next()).toBe(1);
  expect(await counter.next()).toBe(2);
  await counter.close();
  await expect(counter.next()).rejects.toThrow();
});

test('chunks are pulled over a port, as many as asked for, and an error ends the pull', async () => {
  const { port1, port2 } = new MessageChannel();
  await connection.remote.produce(Comlink.transfer(port1, [port1]));
  const reader = openChunks(port2, new AbortController().signal);
  const first = await reader.next({ count: 1, maxSeconds: 30 });
  expect(first.chunks.map((chunk) => chunk.index)).toEqual([0]);
  expect(first.chunks[0]!.samples.length).toBe(16_000);
  const second = await reader.next({ count: 3, maxSeconds: 30 });
  expect(second.chunks.map((chunk) => chunk.index)).toEqual([1, 2, 3]);
  expect(second.ended).toBe(true);
  await expect(reader.next({ count: 1, maxSeconds: 30 })).rejects.toMatchObject({ code: 'media/empty-file' });
  reader.close();
  await expect(reader.next({ count: 1, maxSeconds: 30 })).rejects.toMatchObject({ code: 'internal/closed' });
});

test('a pull that waits when the job is aborted rejects with the reason', async () => {
  const { port1, port2 } = new MessageChannel();
  const controller = new AbortController();
  const reader = openChunks(port2, controller.signal);
  const waiting = reader.next({ count: 1, maxSeconds: 30 });
  controller.abort(new LonghandError('job/aborted', { atSeconds: 2 }));
  await expect(waiting).rejects.toMatchObject({ code: 'job/aborted' });
  port1.close();
});
