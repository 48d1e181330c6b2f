/**
 * The stage before recognition: what captions came with a recording. In: its source. Out: the tracks found, none where
 * the recording cannot be read: opening its sound will say why. Only the media worker is started for it.
 */
import { abortable } from '../lib/abort';
import type { FoundCaptions } from '../media/captions/cue';
import type { Source } from '../media/source';
import type { WorkerPair } from './worker-pair';

export const NO_CAPTIONS: FoundCaptions = { tracks: [], soundLanguage: null, durationSeconds: null };

/** Of an address only the name tells, before anything is fetched: sound alone holds none. */
const FILM_ADDRESS = /\.(mp4|m4v|mov|mkv|webm|m3u8?)$/i;

const mayHoldCaptions = (source: Source): boolean =>
  source.kind === 'file' ||
  (source.sidecars ?? []).length > 0 ||
  FILM_ADDRESS.test(new URL(source.url).pathname);

/** Throws `signal.reason` only. */
export async function findCaptions(
  source: Source,
  workers: Pick<WorkerPair, 'media'>,
  signal: AbortSignal,
): Promise<FoundCaptions> {
  if (!mayHoldCaptions(source)) return NO_CAPTIONS;
  try {
    const media = await abortable(workers.media(), signal);
    return await abortable(media.remote.findCaptions(source, signal), signal);
  } catch {
    signal.throwIfAborted();
    return NO_CAPTIONS;
  }
}
