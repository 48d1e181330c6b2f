/** A file read forward, piece by piece: bytes by their position, of which only one piece is held. */

const PIECE_BYTES = 512 * 1024;

export class BlobWindow {
  #blob: Blob;
  #bytes = new Uint8Array(0);
  #start = 0;

  constructor(blob: Blob) {
    this.#blob = blob;
  }

  get size(): number {
    return this.#blob.size;
  }

  /**
   * `length` bytes from `position` on, fewer at the end of the file. A view; valid until the next call.
   * Where the piece at hand holds them, they come without waiting.
   */
  read(position: number, length: number): Uint8Array | Promise<Uint8Array> {
    const end = Math.min(position + length, this.#blob.size);
    if (position >= end) return new Uint8Array(0);
    if (position >= this.#start && end <= this.#start + this.#bytes.length) return this.#view(position, end);
    return this.#load(position, end);
  }

  async #load(position: number, end: number): Promise<Uint8Array> {
    const pieceEnd = Math.max(end, position + PIECE_BYTES);
    this.#bytes = new Uint8Array(await this.#blob.slice(position, pieceEnd).arrayBuffer());
    this.#start = position;
    return this.#view(position, end);
  }

  #view(position: number, end: number): Uint8Array {
    return this.#bytes.subarray(position - this.#start, end - this.#start);
  }
}
