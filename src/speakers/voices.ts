/**
 * What is stored of the voices in a recording, so that speakers can be told apart once more without hearing it again.
 * A voice is one embedding: of a window of speech (simple), or of one of the speakers inside a window (full). Small: an
 * hour takes less than a megabyte. Plain data.
 */

export type SpeakerMethod = 'simple' | 'full';

export interface Voices {
  method: SpeakerMethod;
  /** Numbers in an embedding. */
  dimensions: number;
  /** `[voices, dimensions]`, each scaled to its own largest number: only directions count. */
  embeddings: Int8Array<ArrayBuffer>;
  /** `[stretches, 2]`, in seconds of the recording: where a voice was heard, and which one it was. */
  stretches: Float64Array<ArrayBuffer>;
  owners: Int32Array<ArrayBuffer>;
  /** `[voices]`: in which window each was heard. Voices of one window are different people. */
  windows: Int32Array<ArrayBuffer>;
  /** `[regions, 2]`, in seconds: where anybody spoke at all. */
  speech: Float64Array<ArrayBuffer>;
  tree: VoiceTree;
}

/** How voices come together, from the most alike on. */
export interface VoiceTree {
  /** For each voice the leaf it belongs to; -1 for one too short to be asked. */
  leaves: Int32Array<ArrayBuffer>;
  /** Node numbers: leaves first, then merges in this order, which is that of their distance. */
  merges: { left: number; right: number; distance: number }[];
}

/** How many speakers there are. */
export interface SpeakerChoice {
  /** Null: as many as are further apart than `distance`. */
  count: number | null;
  distance: number;
}

/** One speaker's words from one moment to another; `speaker` counts from 0 in order of first words. */
export interface SpeakerTurn {
  startSeconds: number;
  endSeconds: number;
  speaker: number;
}

export function toInt8(embedding: Float32Array, out: Int8Array, offset: number): void {
  let largest = 0;
  for (const value of embedding) largest = Math.max(largest, Math.abs(value));
  const scale = largest === 0 ? 0 : 127 / largest;
  embedding.forEach((value, i) => (out[offset + i] = Math.round(value * scale)));
}

/** Of length 1; zeros stay zeros. */
export function unit(vector: Float32Array): Float32Array {
  let sum = 0;
  for (const value of vector) sum += value * value;
  const scale = sum === 0 ? 0 : 1 / Math.sqrt(sum);
  return vector.map((value) => value * scale);
}

export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

export function embeddingOf({ embeddings, dimensions }: Voices, voice: number): Float32Array {
  return unit(Float32Array.from(embeddings.subarray(voice * dimensions, (voice + 1) * dimensions)));
}
