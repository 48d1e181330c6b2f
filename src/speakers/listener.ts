/** Hears chunks of speech and keeps their voices: what both methods have in common, and which of them it is. */
import type { TensorCount } from '../lib/tensor-scope';
import type { Chunk } from '../signal/chunk';
import type { Voices } from './voices';

/** `full` names its models as the speech worker does: `stored:OWNER/NAME`, or a folder. */
export type ListenerModels =
  { method: 'simple' } | { method: 'full'; segmentation: string; embedding: string };

export interface VoiceListener {
  /** Chunks come in order of time. */
  hear(chunk: Chunk): Promise<void>;
  /** Of all chunks so far. */
  voices(): Voices;
  readonly live: TensorCount;
  close(): Promise<void>;
}
