/**
 * What Comlink alone would lose on the way between threads: the code, values and cause of an error, and AbortSignals.
 * Registered once per thread, by `connect` and `serve`.
 */
import * as Comlink from 'comlink';
import type { ErrorCode, ErrorValues } from '../lib/error-codes';
import { LonghandError, toLonghandError } from '../lib/errors';

interface WireError {
  code: ErrorCode;
  values: ErrorValues[ErrorCode];
  retryable: boolean;
  stack: string | undefined;
  cause: string | undefined;
}

/** Anything thrown, as plain data. An abort keeps its meaning: its reason is what the job was told. */
export function errorToWire(thrown: unknown): WireError {
  const error = toLonghandError(thrown);
  return {
    code: error.code,
    values: error.values,
    retryable: error.retryable,
    stack: error.stack,
    cause: causeText(error.cause),
  };
}

function causeText(cause: unknown): string | undefined {
  if (cause === undefined || typeof cause === 'string') return cause;
  return cause instanceof Error ? (cause.stack ?? cause.message) : Object.prototype.toString.call(cause);
}

export function errorFromWire(wire: WireError): LonghandError {
  const error = new LonghandError(wire.code, wire.values, { retryable: wire.retryable, cause: wire.cause });
  if (wire.stack !== undefined) error.stack = wire.stack;
  return error;
}

const throwHandler: Comlink.TransferHandler<{ value: unknown }, WireError> = {
  // Comlink wraps a throw in an object that only its own handler recognizes: ask that handler.
  canHandle: Comlink.transferHandlers.get('throw')!.canHandle as (
    value: unknown,
  ) => value is { value: unknown },
  serialize: ({ value }) => [errorToWire(value), []],
  deserialize: (wire) => {
    throw errorFromWire(wire);
  },
};

interface WireSignal {
  aborted: WireError | null;
  port: MessagePort | null;
}

/** A signal crosses as a port over which the abort is told; the pattern of GoogleChromeLabs/comlink#615. */
const signalHandler: Comlink.TransferHandler<AbortSignal, WireSignal> = {
  canHandle: (value): value is AbortSignal => value instanceof AbortSignal,
  serialize: (signal) => {
    if (signal.aborted) return [{ aborted: errorToWire(signal.reason), port: null }, []];
    const { port1, port2 } = new MessageChannel();
    signal.addEventListener('abort', () => port1.postMessage(errorToWire(signal.reason)), { once: true });
    return [{ aborted: null, port: port2 }, [port2]];
  },
  deserialize: ({ aborted, port }) => {
    const controller = new AbortController();
    if (aborted) controller.abort(errorFromWire(aborted));
    if (port) {
      port.onmessage = (event: MessageEvent<WireError>) => {
        controller.abort(errorFromWire(event.data));
        port.close();
      };
    }
    return controller.signal;
  },
};

let registered = false;

export function registerTransferHandlers(): void {
  if (registered) return;
  registered = true;
  Comlink.transferHandlers.set('throw', throwHandler);
  Comlink.transferHandlers.set('signal', signalHandler);
}
