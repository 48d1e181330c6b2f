/**
 * SHA-256, of one piece at once and of a file while it streams. In: bytes. Out: lower-case hex, as the hub lists it.
 * The one decision to know: a running hash can be saved and gone on with after a reload, so that a resumed download
 * is verified without reading again what is stored.
 */
import { createSHA256 } from 'hash-wasm';

/** Of bytes in memory. The browser's own digest is several times faster, but exists in secure contexts only. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  if (!('subtle' in crypto)) return (await createSHA256()).init().update(bytes).digest('hex');
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export interface RunningSha256 {
  update(bytes: Uint8Array): void;
  /** What `openSha256` goes on from. */
  save(): Uint8Array;
  /** Ends it. */
  digest(): string;
}

/** `saved`: a state to go on from. Throws where it was saved by an incompatible version. */
export async function openSha256(saved: Uint8Array | null = null): Promise<RunningSha256> {
  const hasher = await createSHA256();
  if (saved) hasher.load(saved);
  else hasher.init();
  return {
    update: (bytes) => void hasher.update(bytes),
    // A copy: the hasher gives a view of its own memory.
    save: () => hasher.save().slice(),
    digest: () => hasher.digest('hex'),
  };
}
