/**
 * A file behind an address whose server gives parts of it. In: places. Out: bytes, of which only those asked for are
 * fetched, a piece at a time, and as long as reading goes straight on, a growing way ahead. Held: the pieces used last.
 */
import { HostFailure, type OpenedRange } from '../../lib/fetch-range';
import type { ByteSource } from './byte-source';
import type { Remote } from './remote';

export const PIECE_BYTES = 64 * 1024;
/** Two readers of one file, a chunk apart (channels as speakers), find what the other has fetched. */
const HELD_PIECES = 128;
/** What was read in a row says how much more will be: a quarter of it is fetched ahead, at most a megabyte. */
const AHEAD_SHARE = 4;
const MOST_AHEAD_PIECES = 16;

export interface RangedFileOptions {
  /** After redirects: what it names is relative to this. */
  url: string;
  name: string;
  sizeBytes: number;
  /** The first answer: later ones must be of the same file. */
  first: Pick<OpenedRange, 'etag' | 'lastModified'>;
  remote: Remote;
}

export class RangedFile implements ByteSource {
  readonly name: string;
  readonly sizeBytes: number;
  readonly pieceBytes = PIECE_BYTES;
  readonly blob = null;
  #options: RangedFileOptions;
  /** By index; the one used last comes last. */
  #held = new Map<number, Uint8Array<ArrayBuffer>>();
  /** Reads wait for each other: the next may find what this one fetched. */
  #turn: Promise<unknown> = Promise.resolve();
  #rowStart = 0;
  #rowEnd = 0;

  readonly url: string;
  sibling?: ByteSource['sibling'];

  /** `head`: the first piece, which came with the first answer. */
  constructor(options: RangedFileOptions, head: Uint8Array<ArrayBuffer>) {
    this.#options = options;
    this.name = options.name;
    this.url = options.url;
    this.sizeBytes = options.sizeBytes;
    this.#keep(0, head);
    this.#rowEnd = 1;
  }

  get waits(): boolean {
    return this.#options.remote.waits;
  }

  read(position: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const reading = this.#turn.then(() => this.#read(position, length));
    this.#turn = reading.catch(() => undefined);
    return reading;
  }

  close(): void {
    this.#held.clear();
  }

  #keep(index: number, bytes: Uint8Array<ArrayBuffer>): void {
    this.#held.delete(index);
    this.#held.set(index, bytes);
    for (const oldest of this.#held.keys()) {
      if (this.#held.size <= HELD_PIECES) break;
      this.#held.delete(oldest);
    }
  }

  async #read(position: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const end = Math.min(position + length, this.sizeBytes);
    const bytes = new Uint8Array(Math.max(0, end - position));
    for (let at = position; at < end;) {
      const index = Math.floor(at / PIECE_BYTES);
      const piece = this.#held.get(index) ?? (await this.#fetch(index, Math.ceil(end / PIECE_BYTES)));
      this.#keep(index, piece);
      const part = piece.subarray(at - index * PIECE_BYTES, end - index * PIECE_BYTES);
      bytes.set(part, at - position);
      at += part.length;
    }
    return bytes;
  }

  /** Fetches the pieces from `first` on that are missing, up to `needed` and ahead of it; gives the first. */
  async #fetch(first: number, needed: number): Promise<Uint8Array<ArrayBuffer>> {
    if (first !== this.#rowEnd) this.#rowStart = first;
    const ahead = Math.min(MOST_AHEAD_PIECES, Math.floor((needed - this.#rowStart) / AHEAD_SHARE));
    const most = Math.min(first + HELD_PIECES / 2, Math.ceil(this.sizeBytes / PIECE_BYTES));
    let last = first + 1;
    while (last < Math.min(needed + ahead, most) && !this.#held.has(last)) last += 1;
    let next = first;
    const { remote, url, name } = this.#options;
    let wanted: Uint8Array<ArrayBuffer> | null = null;
    await remote.persist(url, name, async () => {
      next = await this.#request(next, last, (index, piece) => {
        if (index === first) wanted = piece;
        next = index + 1;
      });
    });
    this.#rowEnd = last;
    return wanted!;
  }

  /** One request for the pieces from `first` to before `last`; each is kept as it becomes whole. */
  async #request(
    first: number,
    last: number,
    onPiece: (index: number, piece: Uint8Array<ArrayBuffer>) => void,
  ): Promise<number> {
    const { url, remote } = this.#options;
    const endByte = Math.min(last * PIECE_BYTES, this.sizeBytes);
    const answer = await remote.open(url, first * PIECE_BYTES, endByte);
    this.#requireSame(answer);
    let index = first;
    let piece = this.#blank(index);
    let filled = 0;
    for await (const bytes of answer.bytes) {
      remote.count(bytes.length);
      for (let used = 0; used < bytes.length && index < last;) {
        const part = bytes.subarray(used, used + piece.length - filled);
        piece.set(part, filled);
        filled += part.length;
        used += part.length;
        if (filled < piece.length) continue;
        this.#keep(index, piece);
        onPiece(index, piece);
        index += 1;
        piece = this.#blank(index);
        filled = 0;
      }
      if (index === last) break;
    }
    if (index < last) throw new HostFailure('broken', 'the answer ended early');
    return index;
  }

  #blank(index: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(Math.max(0, Math.min(PIECE_BYTES, this.sizeBytes - index * PIECE_BYTES)));
  }

  /** A range of another version would be joined to this one; headers that are hidden from us say nothing. */
  #requireSame(answer: OpenedRange): void {
    const { first } = this.#options;
    const differs = (a: string | null, b: string | null) => a !== null && b !== null && a !== b;
    if (
      differs(first.etag, answer.etag) ||
      differs(first.lastModified, answer.lastModified) ||
      (answer.sizeBytes !== null && answer.sizeBytes !== this.sizeBytes)
    ) {
      void answer.bytes.return();
      throw new HostFailure('changed', 'another version of the file');
    }
  }
}
