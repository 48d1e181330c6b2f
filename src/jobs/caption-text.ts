/**
 * Captions as a job's text. In: a plan, and batches of the recognizer where the rest is recognized. Out: the same
 * batches with the cues of their time in between, so that text comes, is stored and is gone on with in order of time.
 */
import type { Gap } from '../media/gap';
import type { Checkpoint } from '../protocol/checkpoint';
import type { BatchResult, SpeechUsage } from '../protocol/speech';
import type { Segment } from '../speech/segment';
import type { CaptionOffer, CaptionPlan } from './caption-choice';

/** What nobody has used, because nothing was recognized. */
const NO_USAGE: SpeechUsage = {
  liveTensors: 0,
  liveTensorBytes: 0,
  wasmHeapBytes: 0,
  mediaHeapBytes: 0,
  gpuBufferBytes: 0,
  stageSeconds: { decode: 0, resample: 0, voiceActivity: 0, mel: 0, encoder: 0, decoder: 0 },
};

/** What a person calls it: the file, the title, or the format where the author gave none. */
export const trackName = ({ title, format }: Pick<CaptionOffer, 'title' | 'format'>): string =>
  title || format;

/** The batch with the cues that begin before its checkpoint and not before `from`. */
export function withCaptions(
  result: BatchResult,
  { offer, cues }: CaptionPlan,
  from: Checkpoint,
): BatchResult {
  const end = result.ended ? Infinity : result.checkpoint.seconds;
  const due = segmentsOf(offer, cues, from.seconds, end);
  if (due.length === 0) return result;
  const segments = [...result.segments, ...due].sort((a, b) => a.startSeconds - b.startSeconds);
  return { ...result, segments };
}

/** All of a job that takes nothing but the captions. `durationSeconds` null: until the last of them. */
export function captionsAlone(
  { offer, cues }: CaptionPlan,
  durationSeconds: number | null,
  from: Checkpoint,
): BatchResult {
  const lastSeconds = cues.reduce((last, { endSeconds }) => Math.max(last, endSeconds), 0);
  const endSeconds = Math.max(durationSeconds ?? 0, lastSeconds);
  const gaps: Gap[] =
    offer.cut && endSeconds > lastSeconds
      ? [{ startSeconds: lastSeconds, endSeconds, reason: 'captions/cut' }]
      : [];
  return {
    segments: segmentsOf(offer, cues, from.seconds, Infinity),
    gaps,
    // Nobody has listened.
    speech: [],
    checkpoint: { ...from, seconds: endSeconds },
    chunks: 0,
    language: offer.language?.split('-')[0] ?? null,
    usage: NO_USAGE,
    ended: true,
  };
}

function segmentsOf(
  offer: CaptionOffer,
  cues: CaptionPlan['cues'],
  fromSeconds: number,
  endSeconds: number,
): Segment[] {
  const origin = { kind: 'captions', track: trackName(offer) } as const;
  return cues
    .filter(({ startSeconds }) => startSeconds >= fromSeconds && startSeconds < endSeconds)
    .map(({ startSeconds, endSeconds: cueEnd, text, speaker }) => ({
      startSeconds,
      endSeconds: cueEnd,
      text,
      noSpeechProbability: 0,
      averageLogProbability: 0,
      chunkIndex: -1,
      origin,
      ...(speaker === null ? {} : { speaker }),
    }));
}
