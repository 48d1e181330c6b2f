/**
 * Captions that came with a recording, before anything is decoded. In: its bytes, and the files beside it. Out: every
 * track found. What cannot be read is no failure: then there are no captions, and the sound is still there.
 */
import type { ByteReader } from './byte-reader';
import { readCaptionFile } from './caption-file';
import type { FoundCaptions } from './cue';
import { readIsobmffCaptions } from './isobmff-captions';
import { LONGEST_SEARCH_MS, startSearchClock } from './limits';
import { readMatroskaCaptions } from './matroska-captions';

const MOST_SIDECARS = 16;

/** Throws only `signal.reason`, or what reading itself throws: the file is gone. */
export async function findCaptions(
  reader: ByteReader,
  sidecars: readonly File[],
  signal: AbortSignal,
): Promise<FoundCaptions> {
  const clock = startSearchClock(LONGEST_SEARCH_MS, signal);
  const beside = [];
  for (const file of sidecars.slice(0, MOST_SIDECARS)) {
    signal.throwIfAborted();
    const track = await readCaptionFile(file);
    if (track) beside.push(track);
  }
  const inside =
    (await readIsobmffCaptions(reader, clock)) ?? (await readMatroskaCaptions(reader, clock)) ?? NONE;
  return { ...inside, tracks: [...beside, ...inside.tracks] };
}

const NONE: FoundCaptions = { tracks: [], soundLanguage: null, durationSeconds: null };
