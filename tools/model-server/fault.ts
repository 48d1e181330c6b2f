/**
 * What can go wrong between a model host and a browser, as orders to the model server.
 * The one decision to know: `atByte` counts from the start of the file, not of the response, so that one order means
 * the same whether a download starts or resumes.
 */
export type FaultKind =
  /** The connection breaks after the bytes before `atByte`. */
  | { kind: 'drop'; atByte: number }
  /** The connection stays open and gives nothing more. */
  | { kind: 'stall'; atByte: number }
  /** The file ends early, with headers that agree. */
  | { kind: 'truncate'; atByte: number }
  /** One bit differs. */
  | { kind: 'corrupt'; atByte: number }
  /** The whole file and 200, whatever range was asked for. */
  | { kind: 'ignore-range' }
  /** To another address of this server, as hubs send to their content network. */
  | { kind: 'redirect' }
  /** 403, 404, 429, 500, 503 … */
  | { kind: 'refuse'; status: number; retryAfterSeconds?: number }
  /** The file is neither listed nor found, as if the publisher had never made it. */
  | { kind: 'hide' }
  /** Without the headers that let pages of others read it. */
  | { kind: 'no-cors' }
  /** Readable, but none of the headers that must be allowed one by one (size and name of the file). */
  | { kind: 'unexposed' }
  /** In chunks, of a size that is not told. */
  | { kind: 'no-length' }
  /** Another version of the file, by its name. */
  | { kind: 'replaced' }
  /** 200 and a page, as a captive portal answers. */
  | { kind: 'html' };

export type Fault = FaultKind & {
  /** Only requests whose path contains this. */
  path?: string;
  /** How often it strikes; 1 unless said, 0 for always. */
  times?: number;
};

/** A file request as the server saw it. */
export interface LoggedRequest {
  path: string;
  range: string | null;
  status: number;
  /** First byte of the file that was sent, and the one after the last. */
  fromByte: number;
  toByte: number;
}

/** Faults waiting to strike, and what was asked, of one session. */
export class FaultSession {
  readonly log: LoggedRequest[] = [];
  #waiting: { fault: Fault; left: number }[] = [];

  order(faults: readonly Fault[]): void {
    this.#waiting = faults.map((fault) => ({ fault, left: fault.times ?? 1 }));
  }

  /**
   * Takes the faults that strike a response of `path` with the bytes from `fromByte` to `toByte` of its file. Of those
   * that end a response the first in the file strikes, the others wait for a later one.
   */
  strike(path: string, fromByte: number, toByte: number): Fault[] {
    const near = this.#waiting.filter(
      ({ fault }) =>
        fault.kind !== 'hide' &&
        path.includes(fault.path ?? '') &&
        (!('atByte' in fault) || (fault.atByte >= fromByte && fault.atByte < toByte)),
    );
    const ends = near.map(({ fault }) => endOf(fault)).filter((atByte) => atByte !== null);
    const struck = near.filter(({ fault }) => [null, Math.min(...ends)].includes(endOf(fault)));
    for (const entry of struck) if (entry.left > 0 && --entry.left === 0) this.#forget(entry);
    return struck.map(({ fault }) => fault);
  }

  hides(path: string): boolean {
    return this.#waiting.some(({ fault }) => fault.kind === 'hide' && path.includes(fault.path ?? ''));
  }

  #forget(spent: { fault: Fault }): void {
    this.#waiting = this.#waiting.filter((entry) => entry !== spent);
  }
}

/** Where a fault ends a response; null for one that does not. */
const endOf = (fault: Fault): number | null =>
  fault.kind === 'drop' || fault.kind === 'stall' || fault.kind === 'truncate' ? fault.atByte : null;
