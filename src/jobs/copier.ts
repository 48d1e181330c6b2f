/**
 * Copies the queue's recordings one after the other beside the writing, those that could not be opened again without.
 * In: jobs as they are added. Out: their records name the copy once it is whole. No room for a copy is no failure: the
 * job goes on, and after a crash its owner is asked for the file.
 */
import type { Source } from '../media/source';
import type { SourceRecord } from '../transcript/job-record';
import type { TranscriptStore } from '../transcript/store';
import { copySource, removeCopy } from './source-copies';
import { recordSource } from './source-record';

export interface Copier {
  /**
   * Does nothing where the source needs no copy. `stored`: how it is known already; one that was read from its copy must
   * not be written over it.
   */
  add(id: string, source: Source, stored: SourceRecord): void;
  /** The job needs it no more: ends the copying, or removes the copy. */
  drop(id: string): Promise<void>;
}

export function createCopier(
  store: TranscriptStore,
  onCopied: (id: string, source: SourceRecord) => void,
): Copier {
  const waiting = new Map<string, File>();
  const copied = new Map<string, SourceRecord>();
  let current: { id: string; controller: AbortController } | null = null;

  async function copyWaiting(): Promise<void> {
    for (const [id, file] of waiting) {
      waiting.delete(id);
      const controller = new AbortController();
      current = { id, controller };
      await copy(id, file, controller.signal).catch(() => undefined);
      current = null;
    }
  }

  async function copy(id: string, file: File, signal: AbortSignal): Promise<void> {
    const path = await copySource(id, file, signal);
    const source: SourceRecord = { kind: 'copy', path, name: file.name };
    try {
      await store.change(id, { source });
    } catch (error) {
      // The job is gone, or the journal is full: nobody would ever find the copy.
      await removeCopy(id);
      throw error;
    }
    copied.set(id, { kind: 'chosen', name: file.name, sizeBytes: file.size });
    onCopied(id, source);
  }

  return {
    add(id, source, stored) {
      const record = recordSource(source);
      if (source.kind !== 'file' || record.kind !== 'chosen' || source.file.size === 0 || copied.has(id))
        return;
      if (stored.kind === 'copy') {
        copied.set(id, record);
        return;
      }
      waiting.set(id, source.file);
      if (!current && waiting.size === 1) void copyWaiting();
    },
    async drop(id) {
      waiting.delete(id);
      if (current?.id === id) current.controller.abort();
      await removeCopy(id);
      const source = copied.get(id);
      copied.delete(id);
      if (!source) return;
      await store.change(id, { source }).catch(() => undefined);
      onCopied(id, source);
    },
  };
}
