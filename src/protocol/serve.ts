/**
 * Worker side of a connection: offers one interface, says that it is ready, and holds the lifeline.
 * Handles returned by its methods must be wrapped in `handle()`, so that they stay in the worker.
 */
import * as Comlink from 'comlink';
import { holdLifeline } from './lifeline';
import { registerTransferHandlers } from './wire';

/** The message with which a worker announces itself. */
export interface Ready {
  longhand: 'ready';
  lifeline: string;
}

export const handle = Comlink.proxy;

export async function serve<T extends object>(service: T): Promise<void> {
  registerTransferHandlers();
  const lifeline = `longhand-worker-${crypto.randomUUID()}`;
  await holdLifeline(lifeline);
  Comlink.expose(service);
  self.postMessage({ longhand: 'ready', lifeline } satisfies Ready);
}
