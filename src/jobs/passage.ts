/**
 * One stretch of a recording, written once more with other settings. In: its source, the stretch. Out: its segments.
 * Nothing is stored: whoever asked decides what becomes of it.
 */
import type { Source } from '../media/source';
import type { Governor } from '../memory/meter';
import { BEGINNING } from '../protocol/checkpoint';
import type { Segment } from '../speech/segment';
import type { Passage } from '../transcript/passages';
import type { JobSettings } from './job-settings';
import { runJob } from './run-job';
import type { WorkerPair } from './worker-pair';

/** The first sound of a word may lie before the segment that it was put into. */
const MARGIN_SECONDS = 0.2;

/** Throws what `runJob` throws. */
export async function writePassage(
  source: Source,
  settings: JobSettings,
  { startSeconds, endSeconds }: Passage,
  { workers, governor, signal }: { workers: WorkerPair; governor: Governor; signal: AbortSignal },
): Promise<Segment[]> {
  const heard = {
    ...settings.heard,
    startSeconds: Math.max(0, startSeconds - MARGIN_SECONDS),
    endSeconds: endSeconds + MARGIN_SECONDS,
  };
  const segments: Segment[] = [];
  const input = {
    source,
    settings: { ...settings, heard, captions: 'ignore' as const },
    from: BEGINNING,
    captions: null,
  };
  await runJob(input, {
    workers,
    governor,
    signal,
    events: {
      onAudio: () => undefined,
      onRecognizer: () => undefined,
      async onResult(result) {
        segments.push(...result.segments);
      },
      onRestart: () => undefined,
      onClosed: () => undefined,
    },
  });
  const inside = (seconds: number) => Math.min(Math.max(seconds, startSeconds), endSeconds);
  return segments.map((segment) => ({
    ...segment,
    startSeconds: inside(segment.startSeconds),
    endSeconds: inside(segment.endSeconds),
    ...(segment.words?.startMs && {
      words: {
        ...segment.words,
        startMs: segment.words.startMs.map((ms) => 1000 * inside(ms / 1000)),
        endMs: segment.words.endMs!.map((ms) => 1000 * inside(ms / 1000)),
      },
    }),
  }));
}
