/** Bytes read forward, piece by piece: asked for by their position, while only one piece is held. */
import type { ByteSource } from './byte-source';

export class ByteWindow {
  #source: ByteSource;
  #pieceBytes: number;
  #bytes = new Uint8Array(0);
  #start = 0;

  /** `pieceBytes`: less than the source's own, where reading jumps. */
  constructor(source: ByteSource, pieceBytes = source.pieceBytes) {
    this.#source = source;
    this.#pieceBytes = pieceBytes;
  }

  /** Infinity for as long as nobody knows. */
  get sizeBytes(): number {
    return this.#source.sizeBytes;
  }

  /**
   * `length` bytes from `position` on, fewer at the end. A view; valid until the next call.
   * Where the piece at hand holds them, they come without waiting.
   */
  read(position: number, length: number): Uint8Array | Promise<Uint8Array> {
    const end = Math.min(position + length, this.#source.sizeBytes);
    if (position >= end) return new Uint8Array(0);
    if (position >= this.#start && end <= this.#start + this.#bytes.length) return this.#view(position, end);
    return this.#load(position, end);
  }

  async #load(position: number, end: number): Promise<Uint8Array> {
    this.#bytes = await this.#source.read(position, Math.max(end - position, this.#pieceBytes));
    this.#start = position;
    return this.#view(position, end);
  }

  #view(position: number, end: number): Uint8Array {
    return this.#bytes.subarray(position - this.#start, end - this.#start);
  }
}
